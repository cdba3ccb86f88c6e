import { isFloat, isInteger, type DType } from "../util/dtype.js";
import { DTypeError, ShapeError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import { sameShape } from "../ir/types.js";
import { emitOne, tracer } from "./frame.js";
import { fromNumbers, hostNumber, readHost, type HostNumbers } from "./host.js";
import { type Tensor, type TensorLike, type WeakOrigin } from "./tensor.js";

/** Which dtypes an operation works on; integers become float64 for "float". */
export type OperandRule = "any" | "numeric" | "float" | "bool" | "integer or bool";

/** Operands of one operation, brought to one dtype and one shape. */
export interface Unified {
  readonly tensors: readonly Tensor[];
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Set where all tensors among the operands came from JavaScript numbers. */
  readonly weak: WeakOrigin | null;
}

/** An operand with the name that messages give it. */
export type NamedOperand = readonly [name: string, value: TensorLike];

/**
 * Brings operands to one dtype (a number takes that of the others) and broadcasts them as NumPy does.
 * @throws DTypeError where tensors of different dtypes meet, or the rule forbids the dtype.
 * @throws ShapeError where the shapes do not broadcast.
 */
export function unify(op: string, operands: readonly NamedOperand[], rule: OperandRule): Unified {
  const hosts = operands.map(([name, value]) => readOperand(value, `the argument \`${name}\` of ${op}`));
  const dtype = commonDtype(op, operands, hosts, rule);
  const shapes = hosts.map((host) => host.shape);
  const shape = shapes.every((each) => each.length === 0)
    ? []
    : broadcastShapes(
        op,
        operands.map(([name]) => name),
        shapes,
      );
  const tensors = hosts.map((host, i) => {
    const name = `the argument \`${(operands[i] as NamedOperand)[0]}\` of ${op}`;
    if (host.tensor !== null) return broadcastTo(castTensor(host.tensor, dtype), shape);
    const numbers = present(host.numbers, "numbers");
    if (numbers.values.length === 1) return literal(dtype, shape, hostNumber(numbers.values[0] as number, dtype, name));
    return broadcastTo(fromNumbers(numbers, dtype, name), shape);
  });
  const weaks = hosts.filter((host) => host.tensor !== null).map((host) => weakOf(host.tensor as Tensor));
  const weak = weaks.length > 0 && weaks.every((origin) => origin !== null) ? (weaks[0] ?? null) : null;
  return { tensors, dtype, shape, weak };
}

/** Brings operands to one dtype and leaves their shapes. */
export function unifyDtypes(op: string, operands: readonly NamedOperand[], rule: OperandRule): readonly Tensor[] {
  const hosts = operands.map(([name, value]) => readOperand(value, `the argument \`${name}\` of ${op}`));
  const dtype = commonDtype(op, operands, hosts, rule);
  return hosts.map((host, i) => {
    if (host.tensor !== null) return castTensor(host.tensor, dtype);
    return fromNumbers(
      present(host.numbers, "numbers"),
      dtype,
      `the argument \`${(operands[i] as NamedOperand)[0]}\` of ${op}`,
    );
  });
}

/** One operand as a tensor; a number, or nested arrays, get `dtype` (float64 or bool when left out). */
export function asTensor(value: TensorLike, name: string, dtype?: DType): Tensor {
  const host = readOperand(value, name);
  if (host.tensor !== null) return host.tensor;
  const numbers = present(host.numbers, "numbers");
  const target = dtype ?? (numbers.booleans ? "bool" : "float64");
  if (numbers.shape.length === 0) return literal(target, [], hostNumber(numbers.values[0] as number, target, name));
  return fromNumbers(numbers, target, name);
}

/** A single operand under a rule: integers become float64 where the operation is one of floats. */
export function unifyOne(op: string, name: string, value: TensorLike, rule: OperandRule): Unified {
  return unify(op, [[name, value]], rule);
}

/** An array filled with a number. */
export function literal(dtype: DType, shape: readonly number[], value: number): Tensor {
  return emitOne("literal", { type: { kind: "array", dtype, shape }, value }, []);
}

/** The tensor in another dtype; itself where it has it already. */
export function castTensor(tensor: Tensor, dtype: DType): Tensor {
  return tensor.dtype === dtype ? tensor : emitOne("convert", { dtype }, [tensor]);
}

/** The tensor in another shape of equal size; itself where it has it already. */
export function reshapeTo(tensor: Tensor, shape: readonly number[]): Tensor {
  return sameShape(tensor.shape, shape) ? tensor : emitOne("reshape", { shape }, [tensor]);
}

/**
 * The tensor broadcast to a shape, whose last axes are the tensor's or where the tensor has extent 1.
 * @throws ShapeError where they are not.
 */
export function broadcastTo(tensor: Tensor, shape: readonly number[], op = "np.broadcastTo"): Tensor {
  if (sameShape(tensor.shape, shape)) return tensor;
  const offset = shape.length - tensor.shape.length;
  const kept: number[] = [];
  const axes: number[] = [];
  const fits =
    offset >= 0 &&
    tensor.shape.every((extent, axis) => {
      if (extent === shape[axis + offset]) {
        kept.push(extent);
        axes.push(axis + offset);
        return true;
      }
      return extent === 1;
    });
  if (!fits) {
    throw new ShapeError({
      what: `${op}: a tensor cannot be broadcast to the wanted shape.`,
      got: showShape(tensor.shape),
      expected: `a shape that broadcasts to ${showShape(shape)}: from the last axis on, equal extents or 1`,
      data: { got: tensor.shape, expected: shape },
    });
  }
  return emitOne("broadcast", { shape, axes }, [reshapeTo(tensor, kept)]);
}

/**
 * Broadcasts tensors of any dtypes to one shape.
 * @throws ShapeError where the shapes do not broadcast.
 */
export function broadcastTogether(
  op: string,
  tensors: readonly (readonly [name: string, tensor: Tensor])[],
): readonly Tensor[] {
  const shapes = tensors.map(([, tensor]) => tensor.shape);
  const shape = broadcastShapes(
    op,
    tensors.map(([name]) => name),
    shapes,
  );
  return tensors.map(([, tensor]) => broadcastTo(tensor, shape));
}

/** Marks a traced result as still following the dtype of other operands. */
export function withWeak(tensor: Tensor, weak: WeakOrigin | null): Tensor {
  const content = tensor.content;
  if (weak === null || content.kind === "concrete") return tensor;
  return tracer(content.scope, content.variable, weak);
}

/** Where a tensor's dtype may still follow others', or null. */
export function weakOf(tensor: Tensor): WeakOrigin | null {
  const content = tensor.content;
  return content.kind === "traced" ? content.weak : null;
}

/** A shape as text: `[3, 4]`. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

interface Operand {
  readonly tensor: Tensor | null;
  readonly numbers: HostNumbers | null;
  readonly shape: readonly number[];
}

function readOperand(value: TensorLike, name: string): Operand {
  const host = readHost(value, name);
  switch (host.kind) {
    case "tensor":
      return { tensor: host.tensor, numbers: null, shape: host.tensor.shape };
    case "numbers":
      return { tensor: null, numbers: host.numbers, shape: host.numbers.shape };
    case "list": {
      const tensor = stackList(host.items, name);
      return { tensor, numbers: null, shape: tensor.shape };
    }
  }
}

/** An array that holds tensors becomes one tensor with a new first axis; numbers in it take the dtype of the tensors. */
function stackList(items: readonly unknown[], name: string): Tensor {
  const named = items.map((item, i): NamedOperand => [`[${i}]`, item as TensorLike]);
  const { tensors, shape } = unify(name, named, "any");
  const rows = tensors.map((tensor) => reshapeTo(tensor, [1, ...shape]));
  return rows.length === 1 ? (rows[0] as Tensor) : emitOne("concatenate", { axis: 0 }, rows);
}

function commonDtype(
  op: string,
  operands: readonly NamedOperand[],
  hosts: readonly Operand[],
  rule: OperandRule,
): DType {
  const strong: DType[] = [];
  let weakDtype: DType | null = null;
  for (const { tensor } of hosts) {
    if (tensor === null) continue;
    if (weakOf(tensor) === null) strong.push(tensor.dtype);
    else weakDtype = tensor.dtype;
  }
  const [first] = strong;
  if (first !== undefined && strong.some((dtype) => dtype !== first)) throw mixed(op, operands, hosts, first, null);
  const numbers = hosts.flatMap((host) => (host.numbers === null ? [] : [host.numbers]));
  if (first !== undefined && weakDtype !== null && first !== weakDtype) {
    const weak = hosts.find(
      (host) => host.tensor !== null && weakOf(host.tensor) !== null && host.tensor.dtype !== first,
    );
    throw mixed(op, operands, hosts, first, weakOf(present(weak?.tensor, "weak operand")));
  }
  let dtype: DType = first ?? weakDtype ?? (numbers.every((number) => number.booleans) ? "bool" : "float64");
  if (isInteger(dtype) && numbers.some((number) => !number.integers)) dtype = "float64";
  if (rule === "float" && isInteger(dtype)) dtype = "float64";
  const allowed =
    rule === "any" ||
    (rule === "bool" && dtype === "bool") ||
    (rule === "integer or bool" && !isFloat(dtype)) ||
    ((rule === "numeric" || rule === "float") && dtype !== "bool");
  if (allowed && !(dtype === "bool" && numbers.some((number) => !number.booleans))) return dtype;
  const which =
    rule === "any" || allowed ? "a bool tensor with bool operands" : rule === "float" ? "numbers" : ruleWords[rule];
  throw new DTypeError({
    what: `${op} is not defined for these operands.`,
    got: showOperands(operands, hosts),
    expected: which,
    fix:
      dtype === "bool"
        ? 'convert the bools with `.astype("float64")` or `.astype("int32")`.'
        : 'make bools by a comparison, as in `x.notEqual(0)`, or with `.astype("bool")`.',
  });
}

const ruleWords = {
  any: "any dtype",
  numeric: "numbers",
  float: "numbers",
  bool: "bools",
  "integer or bool": "bools or integers",
} as const;

function mixed(
  op: string,
  operands: readonly NamedOperand[],
  hosts: readonly Operand[],
  wanted: DType,
  weak: WeakOrigin | null,
): DTypeError {
  return new DTypeError({
    what: `${op}: tensors of different dtypes meet.`,
    got: showOperands(operands, hosts),
    expected: "one dtype",
    fix: `convert one of them, as in \`x.astype("${wanted}")\`. (Only JavaScript numbers take the dtype of the other operand.)`,
    data: weak === null ? {} : { weakOrigin: weak, weakDtype: wanted },
  });
}

function showOperands(operands: readonly NamedOperand[], hosts: readonly Operand[]): string {
  return hosts
    .map((host, i) => {
      const dtype = host.tensor?.dtype ?? (host.numbers?.booleans === true ? "boolean" : "number");
      const shape = host.tensor === null && host.shape.length === 0 ? "" : showShape(host.shape);
      return `${(operands[i] as NamedOperand)[0]}: ${dtype}${shape}`;
    })
    .join(", ");
}

function broadcastShapes(
  op: string,
  names: readonly string[],
  shapes: readonly (readonly number[])[],
): readonly number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result: number[] = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    shape.forEach((extent, axis) => {
      const other = result[axis + offset] as number;
      if (extent === other || extent === 1) return;
      if (other !== 1) {
        throw new ShapeError({
          what: `${op}: the shapes of the arguments do not broadcast.`,
          got: shapes.map((each, i) => `${names[i]}: ${showShape(each)}`).join(", "),
          expected: "from the last axis on, equal extents or 1",
          fix: "reshape one of them, or insert an axis with `np.expandDims`.",
          data: { shapes },
        });
      }
      result[axis + offset] = extent;
    });
  }
  return result;
}
