import { jit } from "../compile/jit.js";
import { customJvp } from "../trace/custom/customJvp.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readSquare } from "./arguments.js";
import { overBatch } from "./batch.js";
import { factorize } from "./factor.js";
import { identity, signOfSwaps } from "./loops.js";
import { solver } from "./solve.js";

/** A determinant as sign * exp(logAbsDet). */
export interface SlogDetResult {
  /** -1, 0 or 1, `[...]`. It has no derivative. */
  readonly sign: Tensor;
  /** Logarithm of the absolute value, `[...]`; -Infinity where the determinant is 0. */
  readonly logAbsDet: Tensor;
}

/** The rule is that of M. Giles, "Collected matrix derivative results for forward and reverse mode AD", 2008, section 2.2.4. */
const signAndLogarithm: (a: Tensor) => SlogDetResult = customJvp(
  (a: Tensor): SlogDetResult => {
    const { pivots, swaps } = factorize(a);
    return {
      sign: np.multiply(signOfSwaps(swaps, a.dtype), np.prod(np.sign(pivots))),
      logAbsDet: np.sum(np.log(np.abs(pivots))),
    };
  },
  ([a], [da]) => {
    const inverse = solver({ op: "The derivative of np.linalg.slogDet", check: true });
    const x = inverse(a, identity(a.shape[0] as number, a.dtype));
    const result = signAndLogarithm(a);
    return [result, { sign: np.zerosLike(result.sign), logAbsDet: np.sum(np.multiply(np.transpose(x), da)) }];
  },
);

const logarithm = jit((a: Tensor): SlogDetResult => signAndLogarithm(a));

/**
 * Sign and logarithm of the determinant, which neither overflow nor underflow.
 *
 * @param a `[..., n, n]`
 */
export function slogDet(a: TensorLike): SlogDetResult {
  const op = "np.linalg.slogDet";
  return overBatch(op, logarithm, [readSquare(op, a)]);
}
