import { jit } from "../compile/jit.js";
import { customJvp } from "../trace/custom/customJvp.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { adjugate } from "./adjugate.js";
import { readSquare } from "./arguments.js";
import { overBatch } from "./batch.js";
import { entriesOf } from "./entries.js";
import { factorize } from "./factor.js";
import { signOfSwaps } from "./loops.js";

const determinant = jit((a: Tensor): Tensor => ((a.shape[0] as number) <= 3 ? byCofactors(a) : byFactors(a)));

/**
 * The determinant. Its derivative, the adjugate, is finite for every matrix, singular ones included; from 4 rows on, that of second order
 * is right where the rank is at least n - 1.
 *
 * @param a `[..., n, n]`
 * @returns `[...]`
 */
export function det(a: TensorLike): Tensor {
  const op = "np.linalg.det";
  return overBatch(op, determinant, [readSquare(op, a)]);
}

/** A polynomial: all its derivatives are those of the polynomial. */
function byCofactors(a: Tensor): Tensor {
  const x = entriesOf(a);
  const entry = (i: number, j: number): Tensor => (x[i] as Tensor[])[j] as Tensor;
  const minor = (i: number, j: number, k: number, l: number): Tensor =>
    np.subtract(np.multiply(entry(i, k), entry(j, l)), np.multiply(entry(i, l), entry(j, k)));
  switch (x.length) {
    case 1:
      return entry(0, 0);
    case 2:
      return minor(0, 1, 0, 1);
    default: {
      const first = np.multiply(entry(0, 0), minor(1, 2, 1, 2));
      const second = np.multiply(entry(0, 1), minor(1, 2, 0, 2));
      const third = np.multiply(entry(0, 2), minor(1, 2, 0, 1));
      return np.add(np.subtract(first, second), third);
    }
  }
}

/** The rule is Jacobi's formula, the product of the tangent with the adjugate. */
const byFactors: (a: Tensor) => Tensor = customJvp(
  (a: Tensor): Tensor => {
    const { pivots, swaps } = factorize(a);
    return np.multiply(signOfSwaps(swaps, a.dtype), np.prod(pivots));
  },
  ([a], [da]) => [byFactors(a), np.sum(np.multiply(np.transpose(adjugate(a)), da))],
);
