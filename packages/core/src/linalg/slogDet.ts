import { jit } from "../compile/jit.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readSquare } from "./arguments.js";
import { overBatch } from "./batch.js";
import { factorize } from "./factor.js";
import { diagonalOf, signOfSwaps } from "./loops.js";

/** A determinant as sign * exp(logAbsDet). */
export interface SlogDetResult {
  /** -1, 0 or 1, `[...]`. It has no derivative. */
  readonly sign: Tensor;
  /** Logarithm of the absolute value, `[...]`; -Infinity where the determinant is 0. */
  readonly logAbsDet: Tensor;
}

const logarithm = jit((a: Tensor): SlogDetResult => {
  const { packed, swaps } = factorize(a);
  const pivots = diagonalOf(packed);
  return {
    sign: np.multiply(signOfSwaps(swaps, a.dtype), np.prod(np.sign(pivots))),
    logAbsDet: np.sum(np.log(np.abs(pivots))),
  };
});

/**
 * Sign and logarithm of the determinant, which neither overflow nor underflow.
 *
 * @param a `[..., n, n]`
 */
export function slogDet(a: TensorLike): SlogDetResult {
  const op = "np.linalg.slogDet";
  return overBatch(op, logarithm, [readSquare(op, a)]);
}
