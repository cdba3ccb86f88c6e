import { jit } from "../compile/jit.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readSquare } from "./arguments.js";
import { overBatch } from "./batch.js";
import { factorize } from "./factor.js";
import { identity, inverseOrder } from "./loops.js";

/** Factors of a = p l u. */
export interface LuResult {
  /** Permutation matrix, of the dtype of a. It has no derivative. */
  readonly p: Tensor;
  /** Unit lower triangular. */
  readonly l: Tensor;
  /** Upper triangular. */
  readonly u: Tensor;
}

const decompose = jit((a: Tensor): LuResult => {
  const { packed, order } = factorize(a);
  const one = identity(a.shape[0] as number, a.dtype);
  return { p: np.take(one, inverseOrder(order)), l: np.add(np.tril(packed, -1), one), u: np.triu(packed) };
});

/**
 * LU factorization with partial pivoting, a = p l u, as `scipy.linalg.lu`. A singular matrix has factors as well, but no derivative.
 *
 * @param a `[..., n, n]`
 * @returns p, l and u, each `[..., n, n]`
 */
export function lu(a: TensorLike): LuResult {
  const op = "np.linalg.lu";
  return overBatch(op, decompose, [readSquare(op, a)]);
}
