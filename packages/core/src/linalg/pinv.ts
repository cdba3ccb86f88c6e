import { jit } from "../compile/jit.js";
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

const pseudoinverse = perOptions(({ rcond, check }: { readonly rcond: number | null; readonly check: boolean }) =>
  jit((a: Tensor): Tensor => {
    const { u, s, vh } = svd(a, { check });
    const limit = np.multiply(np.max(s), rcond ?? defaultRcond(a));
    const isKept = np.greater(s, limit);
    const inverse = np.where(isKept, np.divide(1, np.where(isKept, s, 1)), 0);
    return np.matmul(np.multiply(np.transpose(vh), inverse), np.transpose(u));
  }),
);

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
  const system = readSystem(op, a, b);
  const x = np.matmul(overBatch(op, pseudoinverse(readRank(options)), [system.a]), system.b);
  return system.isVector ? np.squeeze(x, -1) : x;
}

function readRank({ rcond, check = true }: RankOptions): { readonly rcond: number | null; readonly check: boolean } {
  return { rcond: rcond ?? null, check };
}

function defaultRcond(a: Tensor): number {
  return Math.max(...a.shape) * epsilonOf(a.dtype);
}
