import { ArgumentError, ShapeError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";

/** Axes that a map works along, one after the other: numbers, negative ones from the end. */
export type AxesOption = number | readonly number[];

/** Works on one line of a row-major array: n entries `start + i * stride`. */
export type LineMap = (n: number, values: Float64Array, start: number, stride: number) => void;

/** A copy of the values with a map applied to every line along the axes. */
export function alongAxes(
  owner: string,
  values: Float64Array,
  shape: readonly number[],
  axes: AxesOption | undefined,
  map: LineMap,
): Float64Array {
  const result = values.slice();
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size !== values.length) {
    throw new ShapeError({
      what: `${owner}: the vector does not have the elements of its shape.`,
      got: `${values.length} numbers for shape [${shape.join(", ")}]`,
      expected: `${size} numbers`,
    });
  }
  for (const axis of readAxes(owner, shape, axes)) {
    const n = shape[axis] as number;
    const stride = shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
    for (let line = 0; line < size / Math.max(1, n); line++) {
      map(n, result, Math.floor(line / stride) * n * stride + (line % stride), stride);
    }
  }
  return result;
}

/** The same on tensors: `map` sees the axis as the first one, in float64. The dtype of x comes back. */
export function tracedAlongAxes(
  owner: string,
  x: Tensor,
  axes: AxesOption | undefined,
  map: (rows: Tensor) => Tensor,
): Tensor {
  let result = np.astype(x, "float64");
  for (const axis of readAxes(owner, x.shape, axes)) {
    if (x.size === 0) continue;
    result = np.moveaxis(map(np.moveaxis(result, axis, 0)), 0, axis);
  }
  return np.astype(result, x.dtype);
}

/** The axes as numbers from 0 on. @throws ArgumentError if one lies outside. */
export function readAxes(owner: string, shape: readonly number[], axes: AxesOption | undefined): readonly number[] {
  if (axes === undefined) return shape.map((_, axis) => axis);
  const listed = typeof axes === "number" ? [axes] : axes;
  return listed.map((axis) => {
    const from = axis < 0 ? axis + shape.length : axis;
    if (Number.isInteger(axis) && from >= 0 && from < shape.length) return from;
    throw new ArgumentError({
      what: `${owner}: there is no such axis.`,
      got: `axis ${axis} of shape [${shape.join(", ")}]`,
      expected: shape.length === 0 ? "no axes" : `numbers from ${-shape.length} to ${shape.length - 1}`,
    });
  });
}
