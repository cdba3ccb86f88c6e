import type { Tensor } from "../trace/tensor.js";

/** P a = L U by Gaussian elimination with partial pivoting: what is needed to solve with a, and with its transposed. */
export interface Factors {
  /** The diagonal of U, `[n]`. */
  readonly pivots: Tensor;
  /** int32, shape []: how many rows were exchanged. */
  readonly swaps: Tensor;
  /** Entries of U on and above the diagonal, those of L, whose diagonal is 1, below: `[n, n]`. */
  packed(): Tensor;
  /** int32 `[n]`: row i of P a is row `order()[i]` of a. */
  order(): Tensor;
  /** x of a x = b for b `[n, m]`. */
  solve(b: Tensor): Tensor;
  /** x of a^T x = b. */
  solveTransposed(b: Tensor): Tensor;
}
