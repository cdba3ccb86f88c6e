import { jit } from "../compile/jit.js";
import { customJvp } from "../trace/custom/customJvp.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readSquare } from "./arguments.js";
import { overBatch } from "./batch.js";
import { checkPivots, factorize } from "./factor.js";
import { diagonalOf, identity, inverseOrder } from "./loops.js";
import { solveTriangle } from "./solveTriangle.js";

/** Factors of a = p l u. */
export interface LuResult {
  /** Permutation matrix, of the dtype of a. It has no derivative. */
  readonly p: Tensor;
  /** Unit lower triangular. */
  readonly l: Tensor;
  /** Upper triangular. */
  readonly u: Tensor;
}

/** The rule is that of section 3.1 of S. Walter and L. Lehmann, "Algorithmic differentiation of linear algebra functions", 2010. */
const factors: (a: Tensor) => LuResult = customJvp(
  (a: Tensor): LuResult => {
    const factorized = factorize(a);
    const [packed, order] = [factorized.packed(), factorized.order()];
    const one = identity(a.shape[0] as number, a.dtype);
    return { p: np.take(one, inverseOrder(order)), l: np.add(np.tril(packed, -1), one), u: np.triu(packed) };
  },
  ([a], [da]) => {
    const result = factors(a);
    const { p, l, u } = result;
    checkPivots("The derivative of np.linalg.lu", diagonalOf(u));
    const left = solveTriangle(l, np.matmul(np.transpose(p), da), { lower: true, unitDiagonal: true });
    // x u = left, as u^T x^T = left^T
    const lower = { lower: true, unitDiagonal: false };
    const x = np.transpose(solveTriangle(np.transpose(u), np.transpose(left), lower));
    return [result, { p: np.zerosLike(p), l: np.matmul(l, np.tril(x, -1)), u: np.matmul(np.triu(x), u) }];
  },
);

const decompose = jit((a: Tensor): LuResult => factors(a));

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
