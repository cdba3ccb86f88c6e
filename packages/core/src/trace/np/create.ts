import { allocate, roundTo, type DType } from "../../util/dtype.js";
import { ArgumentError } from "../../util/errors.js";
import { sizeOf } from "../../ir/types.js";
import { emitOne } from "../frame.js";
import { describeHost } from "../host.js";
import { asTensor, broadcastTo, castTensor, literal, reshapeTo } from "../operands.js";
import { concrete, type Tensor, type TensorLike } from "../tensor.js";
import { dtypeArgument, dtypeOption } from "./dtypeArgument.js";
import { add, multiply } from "./elementwise.js";

/** A shape: one extent, or one for each axis. */
export type Shape = number | readonly number[];

/** Options of `arange` and `linspace`. */
export interface RangeOptions {
  readonly dtype?: DType;
}

/** A tensor with a copy of the values; float64 (or bool) unless they have a dtype or one is given. */
export function array(values: TensorLike, dtype?: DType): Tensor {
  if (dtype !== undefined) dtypeArgument("np.array", dtype, (name) => `np.array(values, ${name})`);
  const tensor = asTensor(values, "the argument `values` of np.array", dtype);
  return dtype === undefined ? tensor : castTensor(tensor, dtype);
}

/** The values as a tensor; a tensor of the wanted dtype is returned itself. */
export function asarray(values: TensorLike, dtype?: DType): Tensor {
  return array(values, dtype);
}

/** Zeros. */
export function zeros(shape: Shape, dtype: DType = "float64"): Tensor {
  const wanted = dtypeArgument("np.zeros", dtype, (name) => `np.zeros(shape, ${name})`);
  return literal(wanted, checkShape(shape, "np.zeros"), 0);
}

/** Ones. */
export function ones(shape: Shape, dtype: DType = "float64"): Tensor {
  const wanted = dtypeArgument("np.ones", dtype, (name) => `np.ones(shape, ${name})`);
  return literal(wanted, checkShape(shape, "np.ones"), 1);
}

/** A tensor filled with one value. */
export function full(shape: Shape, value: TensorLike, dtype?: DType): Tensor {
  if (dtype !== undefined) dtypeArgument("np.full", dtype, (name) => `np.full(shape, value, ${name})`);
  const extents = checkShape(shape, "np.full");
  const tensor = asTensor(value, "the argument `value` of np.full", dtype);
  return broadcastTo(dtype === undefined ? tensor : castTensor(tensor, dtype), extents, "np.full");
}

/** Zeros of the shape and dtype of x. */
export function zerosLike(x: TensorLike): Tensor {
  const tensor = asTensor(x, "the argument `x` of np.zerosLike");
  return literal(tensor.dtype, tensor.shape, 0);
}

/** Ones of the shape and dtype of x. */
export function onesLike(x: TensorLike): Tensor {
  const tensor = asTensor(x, "the argument `x` of np.onesLike");
  return literal(tensor.dtype, tensor.shape, 1);
}

/** A tensor of the shape and dtype of x, filled with a number. */
export function fullLike(x: TensorLike, value: number): Tensor {
  const tensor = asTensor(x, "the argument `x` of np.fullLike");
  return literal(tensor.dtype, tensor.shape, roundTo(tensor.dtype, value));
}

/** The identity matrix `[rows, rows]`, or ones on the diagonal of `[rows, columns]`. */
export function eye(rows: number, columns: number = rows, dtype: DType = "float64"): Tensor {
  const example = (name: string): string => `np.eye(rows, columns, ${name})`;
  dtypeArgument("np.eye", typeof columns === "number" ? dtype : columns, example);
  const shape = checkShape([rows, columns], "np.eye");
  const index = (axis: number): Tensor => emitOne("iota", { type: { kind: "array", dtype: "int32", shape }, axis }, []);
  return castTensor(emitOne("compare", { relation: "eq" }, [index(0), index(1)]), dtype);
}

/**
 * `arange(stop)`, `arange(start, stop)` or `arange(start, stop, step)`: start, start + step, ... below stop. float64 unless
 * `{ dtype }` says otherwise, last.
 */
export function arange(stop: number, options?: RangeOptions): Tensor;
export function arange(start: number, stop: number, options?: RangeOptions): Tensor;
export function arange(start: number, stop: number, step: number, options?: RangeOptions): Tensor;
export function arange(...parameters: readonly (number | RangeOptions | undefined)[]): Tensor {
  const numbers = parameters.filter((parameter) => typeof parameter === "number");
  const options = parameters.find((parameter) => typeof parameter !== "number" && parameter !== undefined);
  const dtype = dtypeOption("np.arange", options, (name) => `np.arange(stop, { dtype: ${name} })`);
  const [start, stop, step] =
    numbers.length === 1 ? [0, numbers[0] as number, 1] : [numbers[0] as number, numbers[1] as number, numbers[2] ?? 1];
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (!Number.isFinite(count) || dtype === "bool") {
    throw new ArgumentError({
      what: "np.arange wants finite numbers, a step that is not 0, and a dtype of numbers.",
      got: `start ${start}, stop ${stop}, step ${step}, dtype ${dtype}`,
    });
  }
  let result = emitOne("iota", { type: { kind: "array", dtype, shape: [count] }, axis: 0 }, []);
  if (step !== 1) result = multiply(result, step);
  return start === 0 ? result : add(result, start);
}

/** `count` numbers from start to stop, both included, at equal distances. */
export function linspace(
  start: number,
  stop: number,
  count = 50,
  options: RangeOptions & { readonly endpoint?: boolean } = {},
): Tensor {
  const [size] = checkShape(count, "np.linspace") as [number];
  if (typeof start !== "number" || typeof stop !== "number") {
    throw new ArgumentError({
      what: "np.linspace wants its ends as JavaScript numbers.",
      got: `start: ${describeHost(start)}, stop: ${describeHost(stop)}`,
      fix: "for ends that are tensors write `start.add(np.linspace(0, 1, count).mul(stop.sub(start)))`.",
    });
  }
  const dtype = dtypeOption("np.linspace", options, (name) => `np.linspace(start, stop, count, { dtype: ${name} })`);
  const endpoint = options.endpoint ?? true;
  const intervals = endpoint ? size - 1 : size;
  const data = allocate(dtype, size);
  // as NumPy: start + i * step, and the very stop at the end
  const step = (stop - start) / intervals;
  for (let i = 0; i < size; i++) data[i] = intervals === 0 ? start : start + i * step;
  if (endpoint && size > 1) data[size - 1] = stop;
  return concrete(dtype, [size], data);
}

/** Coordinate arrays of a grid, with matrix indexing ("ij"): result k varies along axis k. */
export function meshgrid(...axes: readonly TensorLike[]): readonly Tensor[] {
  const vectors = axes.map((axis, i) => asTensor(axis, `the argument ${i} of np.meshgrid`));
  const shape = vectors.map((vector) => sizeOf(vector.shape));
  return vectors.map((vector, i) =>
    broadcastTo(
      reshapeTo(
        vector,
        shape.map((extent, axis) => (axis === i ? extent : 1)),
      ),
      shape,
    ),
  );
}

/**
 * A shape as a list of extents.
 * @throws ArgumentError where an extent is no whole number from 0 on.
 */
export function checkShape(shape: Shape, op: string): readonly number[] {
  const extents = typeof shape === "number" ? [shape] : shape;
  if (!Array.isArray(extents) || extents.some((extent) => !Number.isInteger(extent) || extent < 0)) {
    throw new ArgumentError({
      what: `${op} wants a shape: whole numbers from 0 on.`,
      got: Array.isArray(extents)
        ? `[${extents.map((extent) => (typeof extent === "object" ? describeHost(extent) : String(extent))).join(", ")}]`
        : describeHost(shape),
      fix: "shapes are fixed when a function is traced; compute them with JavaScript numbers.",
    });
  }
  return extents as readonly number[];
}
