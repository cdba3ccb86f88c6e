import type { DType } from "../util/dtype.js";

/** A dense row-major array with a static shape. */
export interface ArrayType {
  readonly kind: "array";
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** What a loop recorded: entry i belongs to step i, counted absolutely (never in run order). Its length need not be static. */
export interface HistoryType {
  readonly kind: "history";
  readonly of: ArrayType;
}

/** Histories that come out of a `call` with a map: one for each of `size` elements, their lengths may differ. */
export interface RaggedType {
  readonly kind: "ragged";
  readonly size: number;
  readonly of: HistoryType | RaggedType;
}

/** Type of a variable of a Graph. */
export type Type = ArrayType | HistoryType | RaggedType;

/** A variable; ids are unique in the process. */
export interface Var {
  readonly id: number;
  readonly type: Type;
}

/** A program: equations in SSA form over typed variables. It closes over nothing: everything it reads is an input. */
export interface Graph {
  readonly inputs: readonly Var[];
  readonly equations: readonly Equation[];
  readonly outputs: readonly Var[];
}

/** One operation. */
export interface Equation<K extends OpName = OpName> {
  readonly op: K;
  readonly params: Params[K];
  readonly inputs: readonly Var[];
  readonly outputs: readonly Var[];
}

/** Elementwise functions of one float operand (and `neg`, `abs`, `sign` of an integer one). */
export type UnaryName =
  | "neg"
  | "abs"
  | "sign"
  | "floor"
  | "ceil"
  | "round"
  | "sqrt"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sin"
  | "cos"
  | "tan"
  | "atan"
  | "tanh";

/** Elementwise functions of two operands of one shape and dtype. */
export type BinaryName = "add" | "sub" | "mul" | "div" | "pow" | "max" | "min";

/** Elementwise logic of two bools or two integers. */
export type LogicName = "and" | "or" | "xor";

/** Elementwise shifts of the bits of a uint32 by a uint32, whose lowest 5 bits count; zeros come in. */
export type ShiftName = "shiftLeft" | "shiftRight";

/** How two operands compare; the result is bool. */
export type Relation = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

/**
 * What an index outside its axis does: it is clamped, or the read gives 0 and the write is dropped. `inBounds` is the word of
 * the pass `boundIndices` that none is outside, so that nothing needs to be done about it; no user can say so.
 */
export type IndexMode = "clip" | "drop" | "inBounds";

/** How the Histories of a recorded loop are kept; chosen by the caller, else by the pass `chooseStrategies`. */
export type Keep =
  | { readonly kind: "auto" }
  | { readonly kind: "all" }
  | { readonly kind: "blocks"; readonly size: number | null }
  /** At most so many bytes of states. */
  | { readonly kind: "capped"; readonly bytes: number }
  /** At most so many states. */
  | { readonly kind: "states"; readonly count: number }
  /** `body` takes (consts, carry after the step, x) and returns the carry before it. */
  | { readonly kind: "inverse"; readonly body: Graph; readonly tolerance: number };

/**
 * One piece of a `view`: for output indices inside `box`, the element is input `input` at
 * `index[a] = stride * outputIndex[axis] + offset` on each of its axes a (`axis: null`: the constant `offset`).
 */
export interface ViewPiece {
  readonly box: readonly (readonly [number, number])[];
  readonly input: number;
  readonly index: readonly ViewIndex[];
}

/** Affine index of one source axis. */
export interface ViewIndex {
  readonly axis: number | null;
  readonly stride: number;
  readonly offset: number;
}

/**
 * The derivative that a `customCall` has instead of that of its body. `id` tells one from another, since the Graphs come from
 * the user's functions, which are traced when they are first needed: a rule may use the function that it belongs to.
 */
export type CustomDerivative =
  /** None: tangents are zero. */
  | { readonly kind: "constant" }
  /** That of the body, computed again when it is needed instead of kept. */
  | { readonly kind: "recompute" }
  /** (inputs, a tangent for each float input) -> (outputs, a tangent for each float output), linear in the tangents. */
  | { readonly kind: "jvp"; readonly id: number; readonly rule: () => Graph }
  /**
   * forward: inputs -> (outputs, residuals); backward: (residuals, a cotangent for each float output) -> a cotangent for each
   * float input.
   */
  | { readonly kind: "vjp"; readonly id: number; readonly forward: () => Graph; readonly backward: () => Graph };

type None = Readonly<Record<string, never>>;

/** Static parameters of each operation, and the list of operations. Adding an op starts here; the compiler lists the tables that lack it. */
export interface Params
  extends Record<UnaryName, None>, Record<BinaryName, None>, Record<LogicName, None>, Record<ShiftName, None> {
  /** [] -> array filled with `value`. */
  readonly literal: { readonly type: ArrayType; readonly value: number };
  /** [] -> index along `axis`, in an integer or float dtype. */
  readonly iota: { readonly type: ArrayType; readonly axis: number };
  /** bool -> bool. */
  readonly not: None;
  /** float -> bool: neither NaN nor infinite. */
  readonly isFinite: None;
  readonly compare: { readonly relation: Relation };
  /** bool, a, b -> a where true, b elsewhere; equal shapes. */
  readonly select: None;
  /** float to integer truncates toward zero and saturates, NaN gives 0; anything to bool is `!= 0`. */
  readonly convert: { readonly dtype: DType };

  readonly reshape: { readonly shape: readonly number[] };
  /** Output axis k is input axis `permutation[k]`. */
  readonly transpose: { readonly permutation: readonly number[] };
  /** Input axis i becomes output axis `axes[i]` (ascending, of equal extent); the other output axes are new. */
  readonly broadcast: { readonly shape: readonly number[]; readonly axes: readonly number[] };
  readonly slice: {
    readonly start: readonly number[];
    readonly limit: readonly number[];
    readonly stride: readonly number[];
  };
  /** Non-negative padding before, after and between elements along each axis, with `value`. */
  readonly pad: {
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly interior: readonly number[];
    readonly value: number;
  };
  readonly concatenate: { readonly axis: number };
  readonly reverse: { readonly axes: readonly number[] };
  /** Normal form of every composition of shape ops except reshape and interior padding: disjoint pieces, +0 outside of them. */
  readonly view: { readonly shape: readonly number[]; readonly pieces: readonly ViewPiece[] };

  /** Sum over `axes` (ascending), which vanish. The order of summation is part of the op: see `ir/evaluate/reduce.ts`. */
  readonly reduceSum: { readonly axes: readonly number[] };
  readonly reduceMax: { readonly axes: readonly number[] };
  readonly reduceMin: { readonly axes: readonly number[] };
  /** Inclusive prefix sum along `axis`, from its end when `reverse`. */
  readonly cumsum: { readonly axis: number; readonly reverse: boolean };
  /** [...B, m, k] x [...B, k, n] -> [...B, m, n] with `batch` leading axes in B; k is summed in ascending order, from +0. */
  readonly dot: { readonly batch: number };

  /** operand [...B, n, ...rest], indices int32 [...B, m] -> [...B, m, ...rest]; `batch` leading axes in B. */
  readonly gather: { readonly batch: number; readonly mode: IndexMode };
  /**
   * operand [...B, n, ...rest], then for each of k >= 1 columns indices int32 [...B, m] and updates [...B, m, ...rest] -> operand
   * with updates added: for each place of the indices in row-major order, for each column in order. One column: a plain scatter.
   */
  readonly scatterAdd: { readonly batch: number; readonly mode: IndexMode };
  /** As scatterAdd with one column, but the update replaces the element; the last one wins. */
  readonly scatterSet: { readonly batch: number; readonly mode: IndexMode };
  /** operand [...B, ...d], starts int32 [...B, rank of d] -> [...B, ...sizes]; starts are clamped so that the slice fits. */
  readonly dynamicSlice: { readonly batch: number; readonly sizes: readonly number[] };
  /** operand [...B, ...d], update [...B, ...s], starts int32 [...B, rank of d] -> operand with the slice replaced; starts are clamped. */
  readonly dynamicUpdate: { readonly batch: number };

  /** Sum of two Histories, entry by entry. */
  readonly historyAdd: None;
  /** bool scalar -> []: the run fails with NumericalError(`message`) where the operand is false. Never removed. Where one that is `located` fails, the error says in which step. */
  readonly check: { readonly message: string; readonly located?: true };
  /**
   * arrays -> []: prints a line when it runs, `format` with each `{}` replaced by an operand. The operands' first `batch` axes are those of
   * maps, the same in all: a line for each of their elements. Never removed, merged or moved out of a loop.
   */
  readonly debugPrint: { readonly format: string; readonly batch: number };

  /**
   * The body's outputs for the inputs. With a map, one evaluation for each of `size` elements: mapped inputs are
   * [size, ...] arrays or ragged Histories, each evaluation sees one row; outputs get the axis [size, ...] (ragged for Histories).
   */
  readonly call: {
    readonly body: Graph;
    readonly map: null | { readonly size: number; readonly mapped: readonly boolean[] };
  };
  /** The outputs of `body`; its derivative is not that of the body. When all is differentiated, a call. */
  readonly customCall: { readonly body: Graph; readonly derivative: CustomDerivative };
  /**
   * inputs: consts, xs; outputs: ys, which are linear in the xs. `forward`: (consts, xs) -> ys; `backward`: (consts, cotangents
   * of ys) -> cotangents of xs; null where there is no such program. `inverse`: (consts, ys) -> xs, where the map is the
   * solution of a linear equation: its derivative in the consts follows from it.
   */
  readonly linearCall: {
    readonly nConst: number;
    readonly forward: Graph | null;
    readonly backward: Graph | null;
    readonly inverse: Graph | null;
    /** What messages call it, and what to do where a program is missing. */
    readonly label: string;
  };
  /** inputs: bool scalar predicate, operands. `branches[0]` runs where it is true. */
  readonly cond: { readonly branches: readonly [Graph, Graph] };
  /**
   * inputs: [trips: int32 scalar, if length is null], consts, carry, xs. body: (consts, carry, x) -> (carry, y).
   * xs are [length, ...] arrays or Histories (arrays only if length is static); y number k is a History if `yHistory[k]`, else
   * a [length, ...] array (static length only). Step i reads entry i and writes entry i; `reverse` runs from the last step to the first.
   * A negative run-time trip count is 0. outputs: carry, ys.
   */
  readonly scan: {
    readonly length: number | null;
    readonly reverse: boolean;
    readonly nConst: number;
    readonly nCarry: number;
    readonly yHistory: readonly boolean[];
    readonly body: Graph;
    readonly keep: Keep;
  };
  /**
   * inputs: condConsts, bodyConsts, carry. cond: (condConsts, carry) -> bool scalar; body: (bodyConsts, carry) -> (carry, records).
   * outputs: carry, trips (int32 scalar), a History for each record.
   */
  readonly while: {
    readonly nCondConst: number;
    readonly nConst: number;
    readonly nCarry: number;
    readonly cond: Graph;
    readonly body: Graph;
    readonly keep: Keep;
  };
}

/** Name of an operation. */
export type OpName = keyof Params;

/** A rule for every operation: a table that lacks one does not compile. */
export type RuleTable<R extends { readonly [K in OpName]: unknown }> = { readonly [K in OpName]: R[K] };

/** One flag for each variable of a list. */
export type Mask = readonly boolean[];

/** A variable, or null for a symbolic zero. */
export type Opt = Var | null;

/** Shorthand for an array type. */
export function arrayType(dtype: DType, shape: readonly number[]): ArrayType {
  return { kind: "array", dtype, shape };
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Whether two types are equal. */
export function sameType(a: Type, b: Type): boolean {
  if (a.kind === "array" && b.kind === "array") return a.dtype === b.dtype && sameShape(a.shape, b.shape);
  if (a.kind === "history" && b.kind === "history") return sameType(a.of, b.of);
  if (a.kind === "ragged" && b.kind === "ragged") return a.size === b.size && sameType(a.of, b.of);
  return false;
}

/** The type as it is printed: `float64[3,4]`, `history float64[3]`, `ragged(5) history float64[3]`. */
export function showType(type: Type): string {
  switch (type.kind) {
    case "array":
      return `${type.dtype}[${type.shape.join(",")}]`;
    case "history":
      return `history ${showType(type.of)}`;
    case "ragged":
      return `ragged(${type.size}) ${showType(type.of)}`;
  }
}
