import { ArgumentError, ShapeError } from "../../util/errors.js";
import { emitOne } from "../frame.js";
import { asTensor, literal, reshapeTo, showShape } from "../operands.js";
import type { Tensor, TensorLike } from "../tensor.js";
import { sliceAxis } from "./shape.js";

/**
 * A vector `[n]` as the diagonal of a square matrix of zeros, `[n + |k|, n + |k|]`; of a matrix its diagonal, a vector.
 * @param k - which diagonal: 1 is the one above the main one, -1 the one below
 * @throws ShapeError where x is neither, ArgumentError where k is no integer.
 *
 * @example
 * np.diag([1, 2]).toArray(); // [[1, 0], [0, 2]]
 * np.diag([[1, 2], [3, 4]], 1).toArray(); // [2]
 */
export function diag(x: TensorLike, k = 0): Tensor {
  const tensor = asTensor(x, "the argument `x` of np.diag");
  if (!Number.isInteger(k)) {
    throw new ArgumentError({ what: "np.diag: k is no diagonal.", got: `k: ${String(k)}`, expected: "an integer" });
  }
  const { shape } = tensor;
  if (shape.length === 2) return diagonal(tensor, k);
  if (shape.length === 1) return onDiagonal(tensor, k);
  throw new ShapeError({ what: "np.diag wants a vector or a matrix.", got: `x: ${showShape(shape)}` });
}

/** The diagonal of a matrix: of [rows, columns], flattened, elements that are columns + 1 apart. */
export function diagonal(matrix: Tensor, k = 0): Tensor {
  const [rows, columns] = matrix.shape as readonly [number, number];
  const count = k >= 0 ? Math.min(rows, columns - k) : Math.min(rows + k, columns);
  if (count <= 0) return literal(matrix.dtype, [0], 0);
  const first = k >= 0 ? k : -k * columns;
  const flat = reshapeTo(matrix, [rows * columns]);
  return sliceAxis(flat, 0, first, first + (count - 1) * (columns + 1) + 1, columns + 1);
}

function onDiagonal(vector: Tensor, k: number): Tensor {
  const count = vector.size;
  const extent = count + Math.abs(k);
  if (count === 0) return literal(vector.dtype, [extent, extent], 0);
  const low = k >= 0 ? k : -k * extent;
  const length = (count - 1) * (extent + 1) + 1;
  const padding = { low: [low], high: [extent * extent - low - length], interior: [extent], value: 0 };
  return reshapeTo(emitOne("pad", padding, [vector]), [extent, extent]);
}
