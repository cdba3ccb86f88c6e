import { ArgumentError, LeakedTracerError, TracedValueError } from "../util/errors.js";
import type { DType, TypedArray } from "../util/dtype.js";
import type { Var } from "../ir/types.js";
import { showTensor } from "./show.js";

/** Nested arrays of numbers or tensors, all of one shape at each level. */
export type NestedArray = readonly (number | boolean | Tensor | NestedArray)[];

/** What stands where a tensor is wanted. A number takes the dtype of the other operand. */
export type TensorLike = Tensor | number | boolean | TypedArray | NestedArray;

/** Elements of a tensor in row-major order, for reading. A bool is 0 or 1. */
export interface TensorData extends ArrayLike<number>, Iterable<number> {
  slice(start?: number, end?: number): TypedArray;
  map(transform: (value: number, index: number) => number): TypedArray;
  forEach(visit: (value: number, index: number) => void): void;
  every(holds: (value: number, index: number) => unknown): boolean;
  some(holds: (value: number, index: number) => unknown): boolean;
  indexOf(value: number): number;
  join(separator?: string): string;
}

/** Elements as nested JavaScript arrays; a 0-d tensor gives a number. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** Part of an axis: `[start, stop]` or `[start, stop, step]`; `null` or a missing stop goes to the end. */
export type Range = readonly [start?: number | null, stop?: number | null, step?: number];

/** What `x.slice` and `x.at` take for one axis: an index (the axis vanishes), a range, `null` for the whole axis. */
export type AxisIndex = number | Range | null;

/** A part of a tensor, to read or to replace. `mode` says what an index does that is only known at run time and lies outside. */
export interface TensorPart {
  /** The part. An index outside is clamped unless `mode` is "drop", which gives 0. */
  get(mode?: "clip" | "drop"): Tensor;
  /** The whole tensor with the part replaced; `value` is broadcast. An index outside is dropped unless `mode` is "clip". */
  set(value: TensorLike, mode?: "clip" | "drop"): Tensor;
  /** The whole tensor with `value` added to the part; repeated indices add up. */
  add(value: TensorLike, mode?: "clip" | "drop"): Tensor;
}

/** Axes of a reduction: one, several, or all when left out. */
export type Axes = number | readonly number[] | null;

/** Options of a reduction. */
export interface ReduceOptions {
  /** Axes that vanish; all when left out. */
  readonly axis?: Axes | undefined;
  /** Keeps the reduced axes with extent 1. */
  readonly keepDims?: boolean | undefined;
}

/** What a tensor holds: values, or a variable of a trace. */
export type Payload =
  | { readonly kind: "concrete"; readonly data: TypedArray }
  | { readonly kind: "traced"; readonly scope: TraceScope; readonly variable: Var; readonly weak: WeakOrigin | null };

/** The trace that a traced value belongs to. */
export interface TraceScope {
  /** What is traced, for messages: "the body of scan". */
  readonly label: string;
  /** Whether the traced function is still running. */
  readonly open: boolean;
}

/**
 * Where a traced value comes from that was a JavaScript number outside of the trace: its dtype may still follow the other
 * operand's. The trace that owns it starts again when it must.
 */
export interface WeakOrigin {
  readonly owner: object;
  readonly leaf: number;
}

/**
 * An immutable array of numbers, `shape` and `dtype` fixed. Inside a traced function it stands for a value that is known only
 * when the compiled program runs. Functions of `np` make and combine tensors; the same functions are methods here, so that
 * `a.mul(2).sub(b)` is `np.sub(np.mul(a, 2), b)`.
 */
export class Tensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** For the engine alone: read `data`, `toArray()` or `item()`. */
  readonly content: Payload;

  declare readonly add: (other: TensorLike) => Tensor;
  declare readonly sub: (other: TensorLike) => Tensor;
  declare readonly subtract: (other: TensorLike) => Tensor;
  declare readonly mul: (other: TensorLike) => Tensor;
  declare readonly multiply: (other: TensorLike) => Tensor;
  declare readonly div: (other: TensorLike) => Tensor;
  declare readonly divide: (other: TensorLike) => Tensor;
  declare readonly floorDivide: (other: TensorLike) => Tensor;
  declare readonly mod: (other: TensorLike) => Tensor;
  declare readonly pow: (exponent: TensorLike) => Tensor;
  declare readonly power: (exponent: TensorLike) => Tensor;
  declare readonly maximum: (other: TensorLike) => Tensor;
  declare readonly minimum: (other: TensorLike) => Tensor;
  declare readonly clip: (low: TensorLike | null, high: TensorLike | null) => Tensor;
  declare readonly arctan2: (x: TensorLike) => Tensor;

  declare readonly neg: () => Tensor;
  declare readonly negative: () => Tensor;
  declare readonly abs: () => Tensor;
  declare readonly sign: () => Tensor;
  declare readonly floor: () => Tensor;
  declare readonly ceil: () => Tensor;
  declare readonly round: () => Tensor;
  declare readonly sqrt: () => Tensor;
  declare readonly square: () => Tensor;
  declare readonly reciprocal: () => Tensor;
  declare readonly exp: () => Tensor;
  declare readonly expm1: () => Tensor;
  declare readonly log: () => Tensor;
  declare readonly log1p: () => Tensor;
  declare readonly log2: () => Tensor;
  declare readonly log10: () => Tensor;
  declare readonly sin: () => Tensor;
  declare readonly cos: () => Tensor;
  declare readonly tan: () => Tensor;
  declare readonly arcsin: () => Tensor;
  declare readonly arccos: () => Tensor;
  declare readonly arctan: () => Tensor;
  declare readonly sinh: () => Tensor;
  declare readonly cosh: () => Tensor;
  declare readonly tanh: () => Tensor;
  declare readonly sigmoid: () => Tensor;

  declare readonly equal: (other: TensorLike) => Tensor;
  declare readonly notEqual: (other: TensorLike) => Tensor;
  declare readonly less: (other: TensorLike) => Tensor;
  declare readonly lessEqual: (other: TensorLike) => Tensor;
  declare readonly greater: (other: TensorLike) => Tensor;
  declare readonly greaterEqual: (other: TensorLike) => Tensor;
  declare readonly logicalAnd: (other: TensorLike) => Tensor;
  declare readonly logicalOr: (other: TensorLike) => Tensor;
  declare readonly logicalNot: () => Tensor;
  declare readonly isnan: () => Tensor;
  declare readonly isfinite: () => Tensor;

  declare readonly sum: (axis?: Axes | ReduceOptions) => Tensor;
  declare readonly mean: (axis?: Axes | ReduceOptions) => Tensor;
  declare readonly prod: (axis?: Axes | ReduceOptions) => Tensor;
  declare readonly max: (axis?: Axes | ReduceOptions) => Tensor;
  declare readonly min: (axis?: Axes | ReduceOptions) => Tensor;
  declare readonly any: (axis?: Axes | ReduceOptions) => Tensor;
  declare readonly all: (axis?: Axes | ReduceOptions) => Tensor;
  declare readonly var: (axis?: Axes | (ReduceOptions & { readonly ddof?: number })) => Tensor;
  declare readonly std: (axis?: Axes | (ReduceOptions & { readonly ddof?: number })) => Tensor;
  declare readonly norm: (axis?: Axes | ReduceOptions) => Tensor;
  declare readonly argmax: (axis?: number) => Tensor;
  declare readonly argmin: (axis?: number) => Tensor;
  declare readonly cumsum: (axis?: number) => Tensor;
  declare readonly dot: (other: TensorLike) => Tensor;
  declare readonly matmul: (other: TensorLike) => Tensor;
  declare readonly outer: (other: TensorLike) => Tensor;

  declare readonly reshape: (shape: number | readonly number[]) => Tensor;
  declare readonly ravel: () => Tensor;
  declare readonly transpose: (axes?: readonly number[]) => Tensor;
  declare readonly expandDims: (axis: number) => Tensor;
  declare readonly squeeze: (axis?: number | readonly number[]) => Tensor;
  declare readonly broadcastTo: (shape: readonly number[]) => Tensor;
  declare readonly flip: (axis?: number | readonly number[]) => Tensor;
  declare readonly roll: (shift: number, axis?: number) => Tensor;
  declare readonly repeat: (count: number, axis?: number) => Tensor;
  declare readonly diff: (axis?: number) => Tensor;
  declare readonly take: (
    indices: TensorLike,
    options?: { readonly axis?: number; readonly mode?: "clip" | "drop" },
  ) => Tensor;
  /** `x.slice([1, 5], null, 3)`: rows 1 to 4, every column, layer 3. */
  declare readonly slice: (...indices: readonly AxisIndex[]) => Tensor;
  /** A part to `get`, `set` or `add` to: `x.at(0).set(1)`, `x.at([1, 5], 2).get()`, `x.at(indices).add(forces)`. */
  declare readonly at: (...indices: readonly (AxisIndex | TensorLike)[]) => TensorPart;
  declare readonly astype: (dtype: DType) => Tensor;

  /** For the engine alone: users write `np.array`. */
  constructor(dtype: DType, shape: readonly number[], content: Payload) {
    this.dtype = dtype;
    this.shape = Object.freeze(shape.slice());
    this.content = content;
    Object.freeze(this);
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    let size = 1;
    for (const extent of this.shape) size *= extent;
    return size;
  }

  /** The transposed tensor: all axes in reverse order. */
  get T(): Tensor {
    return this.transpose();
  }

  /**
   * The elements in row-major order, for reading.
   * @throws TracedValueError inside a traced function.
   */
  get data(): TensorData {
    return concreteData(this, "`.data`");
  }

  /**
   * The only element, as a number.
   * @throws ArgumentError where there is not exactly one element.
   * @throws TracedValueError inside a traced function.
   */
  item(): number {
    const data = concreteData(this, "`.item()`");
    if (data.length !== 1) {
      throw new ArgumentError({
        what: "`.item()` reads the only element of a tensor.",
        got: `a tensor of shape [${this.shape.join(", ")}] with ${data.length} elements`,
        expected: "exactly one element",
        fix: "pick one first, as in `x.at(0).get().item()`, or read `x.data`.",
      });
    }
    return data[0] as number;
  }

  /**
   * The elements as nested arrays (a number for a 0-d tensor; bools are 0 and 1).
   * @throws TracedValueError inside a traced function.
   */
  toArray(): NestedNumbers {
    const data = concreteData(this, "`.toArray()`");
    let next = 0;
    const build = (axis: number): NestedNumbers => {
      if (axis === this.shape.length) return data[next++] as number;
      return Array.from({ length: this.shape[axis] as number }, () => build(axis + 1));
    };
    return build(0);
  }

  /** dtype, shape and elements; long axes are abbreviated. A traced tensor shows its type alone. */
  toString(): string {
    const content = this.content;
    return showTensor(this.dtype, this.shape, content.kind === "concrete" ? content.data : null);
  }

  /** What `JSON.stringify` writes: nested arrays. */
  toJSON(): NestedNumbers {
    return this.toArray();
  }

  /** The number, where there is one element. */
  valueOf(): number {
    return coerce(this);
  }

  /** Called by `x > 0`, `x + 1` and other operators of JavaScript, which cannot be overloaded. */
  [Symbol.toPrimitive](hint: string): number | string {
    if (hint === "string" && this.content.kind === "concrete") return this.toString();
    return coerce(this);
  }
}

// how Node and notebooks print a value
Object.defineProperty(Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Tensor): string {
    return this.toString();
  },
});

/** A tensor with the given elements, which it owns from here on. */
export function concrete(dtype: DType, shape: readonly number[], data: TypedArray): Tensor {
  return new Tensor(dtype, shape, { kind: "concrete", data });
}

/** Elements of a concrete tensor, not copied. `reader` names the construct that wants them. */
export function concreteData(tensor: Tensor, reader: string): TypedArray {
  const content = tensor.content;
  if (content.kind === "concrete") return content.data;
  if (!content.scope.open) throw leakedTracer(tensor, content.scope);
  throw new TracedValueError({
    what: `${reader} wants the elements of a tensor that is only known when the compiled program runs (traced by ${content.scope.label}).`,
    got: tensor.toString(),
    fix:
      "keep the computation in tensors: `np.where` picks elementwise, `cond` picks a branch, `whileLoop` repeats until a condition fails; " +
      "or return the value and read it outside.",
    data: { dtype: tensor.dtype, shape: tensor.shape },
  });
}

/** Whether a value is a tensor. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/** Whether a tensor stands for a value of a trace. */
export function isTraced(tensor: Tensor): boolean {
  return tensor.content.kind === "traced";
}

/** The error for a traced value that outlived its trace. */
export function leakedTracer(tensor: Tensor, scope: TraceScope): LeakedTracerError {
  return new LeakedTracerError({
    what: `A value traced by ${scope.label} is used after that trace has ended.`,
    got: tensor.toString(),
    fix:
      "return the value from the traced function instead of storing it outside (in a variable, an array, an object); " +
      "what a loop should hand on belongs in its carry, what it should collect in its second result.",
    data: { dtype: tensor.dtype, shape: tensor.shape, trace: scope.label },
  });
}

function coerce(tensor: Tensor): number {
  const content = tensor.content;
  if (content.kind === "traced") {
    if (!content.scope.open) throw leakedTracer(tensor, content.scope);
    throw new TracedValueError({
      what:
        "An operator of JavaScript (+, <, ==, `if (x > 0)`, an array index ...) wants the value of a tensor that is only known when " +
        `the compiled program runs (traced by ${content.scope.label}).`,
      got: tensor.toString(),
      fix:
        "compute with `np` functions, methods or the `math` template; compare with `x.greater(0)`; instead of `if` write `np.where` " +
        "(elementwise) or `cond` (a branch), instead of `while` write `whileLoop`, instead of `for` `scan` or `foriLoop`.",
      data: { dtype: tensor.dtype, shape: tensor.shape },
    });
  }
  if (content.data.length !== 1) {
    throw new ArgumentError({
      what: "An operator of JavaScript wants a number where a tensor with several elements stands.",
      got: `a tensor of shape [${tensor.shape.join(", ")}]`,
      fix: "use `np` functions, methods (`x.add(y)`) or the `math` template.",
    });
  }
  return content.data[0] as number;
}
