import { ArgumentError } from "../../util/errors.js";
import { sizeOf } from "../../ir/types.js";
import { emitOne } from "../frame.js";
import { castTensor, literal, reshapeTo, unifyOne } from "../operands.js";
import type { Axes, ReduceOptions, Tensor, TensorLike } from "../tensor.js";
import { asAxes, axisNumber } from "./axes.js";
import { equal, where } from "./compare.js";
import { divide, multiply, sqrt, square, subtract } from "./elementwise.js";

/** Options of `std` and `var`: the divisor is the number of elements less `ddof`. */
export interface SpreadOptions extends ReduceOptions {
  readonly ddof?: number;
}

/** Sum over axes, or over all elements. Bools are counted (int32). */
export function sum(x: TensorLike, axis?: Axes | ReduceOptions): Tensor {
  const tensor = numbers("np.sum", x);
  return reduce("reduceSum", "np.sum", tensor, axis);
}

/** Arithmetic mean over axes, or over all elements. */
export function mean(x: TensorLike, axis?: Axes | ReduceOptions): Tensor {
  const [tensor] = unifyOne("np.mean", "x", numbers("np.mean", x), "float").tensors as [Tensor];
  const total = reduce("reduceSum", "np.mean", tensor, axis);
  return divide(total, sizeOf(tensor.shape) / sizeOf(total.shape));
}

/** Product over axes, or over all elements, by halving. */
export function prod(x: TensorLike, axis?: Axes | ReduceOptions): Tensor {
  const tensor = numbers("np.prod", x);
  const { axes, keepDims } = readOptions("np.prod", tensor, axis);
  let result = tensor;
  for (const each of axes) result = multiplyAlong(result, each);
  return reshapeTo(result, keepDims ? keptShape(tensor, axes) : tensor.shape.filter((_, i) => !axes.includes(i)));
}

/** Largest element over axes, or of all; NaN where there is one. */
export function max(x: TensorLike, axis?: Axes | ReduceOptions): Tensor {
  return reduce("reduceMax", "np.max", unifyOne("np.max", "x", x, "numeric").tensors[0] as Tensor, axis);
}

/** Smallest element over axes, or of all; NaN where there is one. */
export function min(x: TensorLike, axis?: Axes | ReduceOptions): Tensor {
  return reduce("reduceMin", "np.min", unifyOne("np.min", "x", x, "numeric").tensors[0] as Tensor, axis);
}

/** Whether any element is true over axes, or of all. */
export function any(x: TensorLike, axis?: Axes | ReduceOptions): Tensor {
  const truth = castTensor(castTensor(unifyOne("np.any", "x", x, "any").tensors[0] as Tensor, "bool"), "int32");
  return castTensor(reduce("reduceMax", "np.any", truth, axis), "bool");
}

/** Whether all elements are true over axes, or of all. */
export function all(x: TensorLike, axis?: Axes | ReduceOptions): Tensor {
  const truth = castTensor(castTensor(unifyOne("np.all", "x", x, "any").tensors[0] as Tensor, "bool"), "int32");
  return castTensor(reduce("reduceMin", "np.all", truth, axis), "bool");
}

/** Variance over axes, or of all elements: the mean of the squared distances from the mean. */
export function variance(x: TensorLike, axis?: Axes | SpreadOptions): Tensor {
  const [tensor] = unifyOne("np.var", "x", x, "float").tensors as [Tensor];
  const { axes, keepDims } = readOptions("np.var", tensor, axis);
  const ddof = axis !== null && typeof axis === "object" && "ddof" in axis ? (axis.ddof ?? 0) : 0;
  const squares = square(subtract(tensor, mean(tensor, { axis: axes, keepDims: true })));
  const total = reduce("reduceSum", "np.var", squares, { axis: axes, keepDims });
  return divide(total, sizeOf(tensor.shape) / sizeOf(total.shape) - ddof);
}

/** Standard deviation over axes, or of all elements. */
export function std(x: TensorLike, axis?: Axes | SpreadOptions): Tensor {
  return sqrt(variance(x, axis));
}

/** Euclidean norm over axes, or of all elements: the root of the sum of squares. */
export function norm(x: TensorLike, axis?: Axes | ReduceOptions): Tensor {
  const [tensor] = unifyOne("np.norm", "x", x, "float").tensors as [Tensor];
  return sqrt(reduce("reduceSum", "np.norm", square(tensor), axis));
}

/** Index (int32) of the first largest element along an axis, or in the flattened tensor. */
export function argmax(x: TensorLike, axis?: number): Tensor {
  return firstExtreme("np.argmax", "reduceMax", x, axis);
}

/** Index (int32) of the first smallest element along an axis, or in the flattened tensor. */
export function argmin(x: TensorLike, axis?: number): Tensor {
  return firstExtreme("np.argmin", "reduceMin", x, axis);
}

/** Running sum along an axis, or of the flattened tensor. */
export function cumsum(x: TensorLike, axis?: number): Tensor {
  const tensor = flatUnless(numbers("np.cumsum", x), axis);
  return emitOne("cumsum", { axis: axis === undefined ? 0 : axisNumber("np.cumsum", tensor, axis), reverse: false }, [
    tensor,
  ]);
}

function numbers(op: string, x: TensorLike): Tensor {
  const [tensor] = unifyOne(op, "x", x, "any").tensors as [Tensor];
  return tensor.dtype === "bool" ? castTensor(tensor, "int32") : tensor;
}

function flatUnless(tensor: Tensor, axis: number | undefined): Tensor {
  return axis === undefined ? reshapeTo(tensor, [sizeOf(tensor.shape)]) : tensor;
}

function readOptions(
  op: string,
  tensor: Tensor,
  axis: Axes | ReduceOptions | undefined,
): { axes: readonly number[]; keepDims: boolean } {
  const options: ReduceOptions =
    axis === undefined || axis === null || typeof axis === "number" || isList(axis) ? { axis: axis ?? null } : axis;
  const chosen = options.axis ?? null;
  return { axes: asAxes(op, tensor, chosen), keepDims: options.keepDims ?? false };
}

function isList(axis: Axes | ReduceOptions): axis is readonly number[] {
  return Array.isArray(axis);
}

function reduce(
  kind: "reduceSum" | "reduceMax" | "reduceMin",
  op: string,
  tensor: Tensor,
  axis: Axes | ReduceOptions | undefined,
): Tensor {
  const { axes, keepDims } = readOptions(op, tensor, axis);
  if (kind !== "reduceSum" && axes.some((each) => tensor.shape[each] === 0)) {
    throw new ArgumentError({
      what: `${op} of no elements is not defined.`,
      got: `a tensor of shape [${tensor.shape.join(", ")}]`,
    });
  }
  const result = axes.length === 0 ? tensor : emitOne(kind, { axes }, [tensor]);
  return keepDims ? reshapeTo(result, keptShape(tensor, axes)) : result;
}

function keptShape(tensor: Tensor, axes: readonly number[]): readonly number[] {
  return tensor.shape.map((extent, i) => (axes.includes(i) ? 1 : extent));
}

function multiplyAlong(tensor: Tensor, axis: number): Tensor {
  const extent = tensor.shape[axis] as number;
  if (extent === 0)
    return literal(
      tensor.dtype,
      tensor.shape.map((each, i) => (i === axis ? 1 : each)),
      1,
    );
  if (extent === 1) return tensor;
  const half = Math.floor(extent / 2);
  const low = part(tensor, axis, 0, half);
  const high = part(tensor, axis, half, 2 * half);
  const product = multiplyAlong(multiply(low, high), axis);
  return extent % 2 === 0 ? product : multiply(product, part(tensor, axis, extent - 1, extent));
}

function part(tensor: Tensor, axis: number, start: number, limit: number): Tensor {
  return emitOne(
    "slice",
    {
      start: tensor.shape.map((_, i) => (i === axis ? start : 0)),
      limit: tensor.shape.map((extent, i) => (i === axis ? limit : extent)),
      stride: tensor.shape.map(() => 1),
    },
    [tensor],
  );
}

function firstExtreme(op: string, kind: "reduceMax" | "reduceMin", x: TensorLike, axis: number | undefined): Tensor {
  const tensor = flatUnless(unifyOne(op, "x", x, "numeric").tensors[0] as Tensor, axis);
  const along = axis === undefined ? 0 : axisNumber(op, tensor, axis);
  const extreme = reduce(kind, op, tensor, { axis: along, keepDims: true });
  const index = emitOne("iota", { type: { kind: "array", dtype: "int32", shape: tensor.shape }, axis: along }, []);
  const candidates = where(equal(tensor, extreme), index, (tensor.shape[along] as number) - 1);
  return emitOne("reduceMin", { axes: [along] }, [candidates]);
}
