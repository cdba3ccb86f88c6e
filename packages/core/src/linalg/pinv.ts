import { jit } from "../compile/jit.js";
import { customJvp } from "../trace/custom/customJvp.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readMatrix, readSystem, type CheckOption } from "./arguments.js";
import { overBatch, perOptions } from "./batch.js";
import { epsilonOf } from "./jacobi.js";
import { svd } from "./svd.js";

/** Options of `pinv` and `lstsq`. */
export interface RankOptions extends CheckOption {
  /** Singular values up to this fraction of the largest count as zero. Default: the larger extent times the epsilon of the dtype. */
  readonly rcond?: number;
}

/**
 * The rule is equation 4.12 of G. Golub and V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose
 * variables separate", SIAM J. Numer. Anal. 10, 1973.
 */
const pseudoinverse = perOptions(({ rcond, check }: { readonly rcond: number | null; readonly check: boolean }) => {
  const inverse: (a: Tensor) => Tensor = customJvp(
    (a: Tensor): Tensor => {
      const { u, s, vh } = svd(a, { check });
      const limit = np.multiply(np.max(s), rcond ?? defaultRcond(a));
      const isKept = np.greater(s, limit);
      const reciprocals = np.where(isKept, np.divide(1, np.where(isKept, s, 1)), 0);
      return np.matmul(np.multiply(np.transpose(vh), reciprocals), np.transpose(u));
    },
    ([a], [da]) => {
      const x = inverse(a);
      const [xt, dat] = [np.transpose(x), np.transpose(da)];
      const within = np.matmul(np.matmul(x, da), x);
      // (1 - x a) da^T x^T x, and x x^T da^T (1 - a x)
      const left = np.matmul(np.matmul(dat, xt), x);
      const right = np.matmul(np.matmul(x, xt), dat);
      const beyond = np.subtract(left, np.matmul(x, np.matmul(a, left)));
      const above = np.subtract(right, np.matmul(np.matmul(right, a), x));
      return [x, np.subtract(np.add(beyond, above), within)];
    },
  );
  return jit((a: Tensor): Tensor => inverse(a));
});

/**
 * The Moore-Penrose inverse, by singular values. The derivative is that at constant rank.
 *
 * @param a `[..., m, n]`
 * @returns `[..., n, m]`
 */
export function pinv(a: TensorLike, options: RankOptions = {}): Tensor {
  const op = "np.linalg.pinv";
  return overBatch(op, pseudoinverse(readRank(options)), [readMatrix(op, a)]);
}

/**
 * The x of least norm among those for which |a x - b| is least: the solution of an overdetermined, underdetermined or rank-deficient system.
 *
 * @param a `[..., m, n]`
 * @param b a vector `[m]`, or columns `[..., m, k]`
 * @returns x, `[..., n]` or `[..., n, k]`
 */
export function lstsq(a: TensorLike, b: TensorLike, options: RankOptions = {}): Tensor {
  const op = "np.linalg.lstsq";
  const system = readSystem(op, a, b, false);
  const x = np.matmul(overBatch(op, pseudoinverse(readRank(options)), [system.a]), system.b);
  return system.isVector ? np.squeeze(x, -1) : x;
}

function readRank({ rcond, check = true }: RankOptions): { readonly rcond: number | null; readonly check: boolean } {
  return { rcond: rcond ?? null, check };
}

function defaultRcond(a: Tensor): number {
  return Math.max(...a.shape) * epsilonOf(a.dtype);
}
