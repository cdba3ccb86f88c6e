import { emitOne } from "../trace/frame.js";
import { np } from "../trace/np.js";
import { literal, reshapeTo } from "../trace/operands.js";
import type { DType } from "../util/dtype.js";
import type { Tensor } from "../trace/tensor.js";

/** int32 numbers 0, 1, ... along an axis of a shape. */
export function iota(shape: readonly number[], axis = 0): Tensor {
  return emitOne("iota", { type: { kind: "array", dtype: "int32", shape }, axis }, []);
}

/** Row i of a matrix, as `[1, columns]`; i may be known at run time only. */
export function rowAt(matrix: Tensor, i: Tensor): Tensor {
  return np.dynamicSlice(matrix, [i, 0], [1, matrix.shape[1] as number]);
}

/** Column j of a matrix, as `[rows]`. */
export function columnAt(matrix: Tensor, j: Tensor): Tensor {
  const rows = matrix.shape[0] as number;
  return reshapeTo(np.dynamicSlice(matrix, [0, j], [rows, 1]), [rows]);
}

/** Entry i of a vector, shape []. */
export function entryAt(vector: Tensor, i: Tensor): Tensor {
  return reshapeTo(np.dynamicSlice(vector, [i], [1]), []);
}

/** The matrix with row i replaced. */
export function withRow(matrix: Tensor, i: Tensor, row: Tensor): Tensor {
  return np.dynamicUpdate(matrix, reshapeTo(row, [1, matrix.shape[1] as number]), [i, 0]);
}

/** The matrix with rows i and k exchanged. */
export function swapRows(matrix: Tensor, i: Tensor, k: Tensor): Tensor {
  const [first, second] = [rowAt(matrix, i), rowAt(matrix, k)];
  return withRow(withRow(matrix, i, second), k, first);
}

/** The vector with entries i and k exchanged. */
export function swapEntries(vector: Tensor, i: Tensor, k: Tensor): Tensor {
  const [first, second] = [np.dynamicSlice(vector, [i], [1]), np.dynamicSlice(vector, [k], [1])];
  return np.dynamicUpdate(np.dynamicUpdate(vector, second, [i]), first, [k]);
}

/** The diagonal of a matrix, as a vector. */
export function diagonalOf(matrix: Tensor): Tensor {
  const [rows, columns] = matrix.shape as [number, number];
  const count = Math.min(rows, columns);
  if (count === 0) return literal(matrix.dtype, [0], 0);
  return np.slice(reshapeTo(matrix, [rows * columns]), [0, (count - 1) * (columns + 1) + 1, columns + 1]);
}

/** The identity matrix of a dtype. */
export function identity(n: number, dtype: DType): Tensor {
  return np.eye(n, n, dtype);
}

/** The matrix with the last two axes exchanged. */
export function transposed(matrix: Tensor): Tensor {
  return np.moveaxis(matrix, -1, -2);
}

/** The permutation that undoes one: place of each row in `order`. */
export function inverseOrder(order: Tensor): Tensor {
  return np.zerosLike(order).at(order).set(iota(order.shape));
}

/** 1 where a permutation is even, -1 where odd; `swaps` is the number of exchanges. */
export function signOfSwaps(swaps: Tensor, dtype: DType): Tensor {
  return np.where(np.equal(np.mod(swaps, 2), 0), literal(dtype, [], 1), literal(dtype, [], -1));
}

/** (a + a^T) / 2. */
export function symmetrized(a: Tensor): Tensor {
  return np.multiply(np.add(a, transposed(a)), 0.5);
}

/** Quotient; 0 where the divisor is 0, for then all candidates for the pivot were 0 and there is nothing to eliminate. */
export function divideSafely(x: Tensor, divisor: Tensor): Tensor {
  return np.divide(x, np.where(np.equal(divisor, 0), literal(divisor.dtype, [], 1), divisor));
}
