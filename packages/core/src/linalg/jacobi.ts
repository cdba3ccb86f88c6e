import { np } from "../trace/np.js";
import { sliceAxis } from "../trace/np/shape.js";
import type { DType } from "../util/dtype.js";
import type { Tensor } from "../trace/tensor.js";

/** Most sweeps over all pairs. Convergence is quadratic in the end: matrices of a few hundred rows take 8 to 10. */
export const sweepLimit = 40;

/** Distance from 1 to the next number of a float dtype. */
export function epsilonOf(dtype: DType): number {
  return dtype === "float32" ? 2 ** -23 : 2 ** -52;
}

/** Cosines and sines of rotations, one each. */
export interface Rotations {
  readonly cosine: Tensor;
  readonly sine: Tensor;
}

/**
 * The smaller rotation that makes [[p, x], [x, q]] diagonal (Golub and Van Loan, "Matrix Computations", algorithm 8.4.1); none where x is
 * 0.
 */
export function rotationsFor(p: Tensor, q: Tensor, x: Tensor): Rotations {
  const isDone = np.equal(x, 0);
  const ratio = np.divide(np.subtract(q, p), np.where(isDone, 1, np.multiply(x, 2)));
  const size = np.divide(1, np.add(np.abs(ratio), np.sqrt(np.add(1, np.square(ratio)))));
  const tangent = np.where(isDone, 0, np.where(np.less(ratio, 0), np.negative(size), size));
  const cosine = np.divide(1, np.sqrt(np.add(1, np.square(tangent))));
  return { cosine, sine: np.multiply(tangent, cosine) };
}

/** The rows (axis 0) or columns (axis 1) i and i + n / 2 of a matrix rotated into each other, for all i at once. */
export function rotate(matrix: Tensor, { cosine, sine }: Rotations, axis: 0 | 1): Tensor {
  const half = (matrix.shape[axis] as number) / 2;
  const first = sliceAxis(matrix, axis, 0, half);
  const second = sliceAxis(matrix, axis, half, 2 * half);
  const [c, s] = [np.expandDims(cosine, 1 - axis), np.expandDims(sine, 1 - axis)];
  return np.concatenate(
    [np.subtract(np.multiply(c, first), np.multiply(s, second)), np.add(np.multiply(s, first), np.multiply(c, second))],
    axis,
  );
}

/**
 * Moves rows or columns to where the next round pairs them: as in a tournament, the first one stays and the others go round (R. Brent
 * and F. Luk, "The solution of singular-value and symmetric eigenvalue problems on multiprocessor arrays", SIAM J. Sci. Stat. Comput. 6,
 * 1985). After n - 1 rounds all are back, and each has met each once.
 */
export function nextRound(matrix: Tensor, axis: 0 | 1): Tensor {
  const n = matrix.shape[axis] as number;
  const half = n / 2;
  if (half === 1) return matrix;
  const part = (from: number, to: number): Tensor => sliceAxis(matrix, axis, from, to);
  const pieces = [part(0, 1), part(half, half + 1), part(1, half - 1), part(half + 1, n), part(half - 1, half)];
  return np.concatenate(
    pieces.filter((piece) => (piece.shape[axis] as number) > 0),
    axis,
  );
}

/** Order (int32 `[n]`) in which values ascend; equal ones stay as they stand. */
export function ascendingOrder(values: Tensor): Tensor {
  const n = values.shape[0] as number;
  const [rows, columns] = [np.expandDims(values, 1), np.expandDims(values, 0)];
  const index = np.int32(np.arange(n));
  const isBefore = np.logicalOr(
    np.less(columns, rows),
    np.logicalAnd(np.equal(columns, rows), np.less(np.expandDims(index, 0), np.expandDims(index, 1))),
  );
  const rank = np.sum(isBefore, 1);
  return np.zerosLike(index).at(rank).set(index);
}

/** For each column 1 or -1, by which its entry of largest absolute value becomes positive: `[columns]`. */
export function signsOf(matrix: Tensor): Tensor {
  const columns = matrix.shape[1] as number;
  const largest = np.takeAlongAxis(matrix, np.expandDims(np.argmax(np.abs(matrix), 0), 0), { axis: 0 });
  return np.reshape(np.where(np.less(largest, 0), np.full([], -1, matrix.dtype), np.full([], 1, matrix.dtype)), [
    columns,
  ]);
}

/**
 * 1 over gaps between values (or squares of them); 0 where a gap is one of rounding, of n units relative to the largest value: there
 * vectors are free to turn into each other.
 */
export function inverseGaps(gaps: Tensor, values: Tensor): Tensor {
  const noise = np.multiply(np.max(np.abs(values)), (values.shape[0] as number) * epsilonOf(values.dtype));
  const isOpen = np.greater(np.abs(gaps), noise);
  return np.where(isOpen, np.divide(1, np.where(isOpen, gaps, 1)), 0);
}
