import { jit } from "../compile/jit.js";
import { foriLoop, whileLoop } from "../trace/control.js";
import { stopGradient } from "../trace/custom/stopGradient.js";
import { np } from "../trace/np.js";
import { literal } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readSquare, type CheckOption } from "./arguments.js";
import { overBatch, perOptions } from "./batch.js";
import { expectAll } from "./checks.js";
import { identity } from "./loops.js";
import { solve } from "./solve.js";

/** Largest 1-norm for which the approximant of degree 13 is exact to 2^-53 (Higham 2005, table 2.3). */
const theta = 5.371920351148152;
/** Coefficients of the numerator of the Pade approximant of degree 13, b_0 to b_13 (Higham 2005, section 2.3). */
const pade = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
] as const;
/** A float64 is halved at most so often until it is below theta. */
const mostHalvings = 1024;

const op = "np.linalg.expm";

const exponential = perOptions(({ check }: { readonly check: boolean }) =>
  jit((a: Tensor): Tensor => {
    const result = scaledAndSquared(a);
    if (check) {
      expectAll(
        np.isfinite(result),
        `${op}: the result is not finite: elements of the matrix are not, or its exponential overflows. ` +
          "Do this: look at the matrix; with `{ check: false }` the elements are returned as they are.",
      );
    }
    return result;
  }),
);

/**
 * The exponential of a matrix, by scaling and squaring with the Pade approximant of degree 13 (N. Higham, "The scaling and squaring method
 * for the matrix exponential revisited", SIAM J. Matrix Anal. Appl. 26, 2005). Its derivative is that of the recurrence at a fixed scale
 * (A. Al-Mohy and N. Higham, "Computing the Frechet derivative of the matrix exponential", same journal, 30, 2009).
 *
 * @param a `[..., n, n]`
 * @throws NumericalError where the result is not finite, when the program runs; see `CheckOption`.
 */
export function expm(a: TensorLike, options: CheckOption = {}): Tensor {
  return overBatch(op, exponential({ check: options.check ?? true }), [readSquare(op, a)]);
}

function scaledAndSquared(a: Tensor): Tensor {
  const { scale, halvings } = scaling(np.max(np.sum(np.abs(stopGradient(a)), 0)));
  const approximant = padeApproximant(np.multiply(a, scale));
  return foriLoop(0, halvings, (_, power: Tensor) => np.matmul(power, power), approximant);
}

/** The power of two by which a matrix of some norm gets one below theta. */
function scaling(norm: Tensor): { readonly scale: Tensor; readonly halvings: Tensor } {
  const start: readonly [Tensor, Tensor, Tensor] = [norm, literal(norm.dtype, [], 1), literal("int32", [], 0)];
  const [, scale, halvings] = whileLoop(
    ([rest, , count]) => np.logicalAnd(np.greater(rest, theta), np.less(count, mostHalvings)),
    ([rest, scale, count]) => [np.multiply(rest, 0.5), np.multiply(scale, 0.5), np.add(count, 1)] as const,
    start,
  );
  return { scale, halvings };
}

/** r(a) = (v - u)^-1 (v + u), with the even terms in v and the odd ones in u (Higham 2005, equation 2.11). */
function padeApproximant(a: Tensor): Tensor {
  const one = identity(a.shape[0] as number, a.dtype);
  const a2 = np.matmul(a, a);
  const a4 = np.matmul(a2, a2);
  const a6 = np.matmul(a4, a2);
  const sum = (parity: 0 | 1): Tensor => {
    const b = (k: number): number => pade[2 * k + parity] as number;
    const high = np.add(np.add(np.multiply(a6, b(6)), np.multiply(a4, b(5))), np.multiply(a2, b(4)));
    const low = np.add(np.add(np.multiply(a6, b(3)), np.multiply(a4, b(2))), np.multiply(a2, b(1)));
    return np.add(np.add(np.matmul(a6, high), low), np.multiply(one, b(0)));
  };
  const u = np.matmul(a, sum(1));
  const v = sum(0);
  return solve(np.subtract(v, u), np.add(v, u), { check: false });
}
