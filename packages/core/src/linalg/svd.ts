import { jit } from "../compile/jit.js";
import { cond, foriLoop, whileLoop } from "../trace/control.js";
import { customJvp } from "../trace/custom/customJvp.js";
import { np } from "../trace/np.js";
import { literal } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readMatrix, type CheckOption } from "./arguments.js";
import { overBatch, perOptions } from "./batch.js";
import { expectAll } from "./checks.js";
import {
  ascendingOrder,
  epsilonOf,
  inverseGaps,
  nextRound,
  rotate,
  rotationsFor,
  signsOf,
  sweepLimit,
} from "./jacobi.js";
import { diagonalOf } from "./loops.js";
import { householder } from "./qr.js";

/** Factors of a = u diag(s) vh. */
export interface SvdResult {
  /** Orthonormal columns, `[..., m, k]` with k the smaller of m and n. The entry of largest absolute value is positive in each. */
  readonly u: Tensor;
  /** Singular values, descending, `[..., k]`. */
  readonly s: Tensor;
  /** Orthonormal rows, `[..., k, n]`. */
  readonly vh: Tensor;
}

const decompose = perOptions(({ op, check }: { readonly op: string; readonly check: boolean }) =>
  jit((a: Tensor): SvdResult => {
    const [m, n] = a.shape as [number, number];
    if (m >= n) return tall(op, check, a);
    const { u, s, vh } = tall(op, check, np.transpose(a));
    const signs = signsOf(np.transpose(vh));
    return { u: np.multiply(np.transpose(vh), signs), s, vh: np.transpose(np.multiply(u, signs)) };
  }),
);

/**
 * Thin singular value decomposition, by one-sided Jacobi rotations: small singular values are accurate relative to themselves where the
 * matrix allows. Where singular values are equal (to rounding) or zero, their vectors have no derivative among each other, and 0 is
 * taken; `eigh` says what that is right for.
 *
 * @param a `[..., m, n]`
 * @throws NumericalError where elements are not finite, when the program runs; see `CheckOption`.
 */
export function svd(a: TensorLike, options: CheckOption = {}): SvdResult {
  const op = "np.linalg.svd";
  return overBatch(op, decompose({ op, check: options.check ?? true }), [readMatrix(op, a)]);
}

function tall(op: string, check: boolean, a: Tensor): SvdResult {
  const { converged, u, s, vh } = factors(a);
  if (check) {
    expectAll(
      converged,
      `${op}: the matrix has elements that are not finite, or the iteration did not converge. ` +
        "Do this: look at the matrix; with `{ check: false }` the last iterate is returned.",
    );
  }
  return { u, s, vh };
}

interface Factors extends SvdResult {
  /** bool, shape []. */
  readonly converged: Tensor;
}

/** The rule is that of J. Townsend, "Differentiating the singular value decomposition", 2016, equations 13 to 19, for real matrices. */
const factors: (a: Tensor) => Factors = customJvp(
  (a: Tensor): Factors => orthogonalize(a),
  ([a], [da]) => {
    const result = factors(a);
    const { u, s, vh, converged } = result;
    const v = np.transpose(vh);
    const right = np.matmul(da, v);
    const inner = np.matmul(np.transpose(u), right);
    const [row, column] = [np.expandDims(s, 0), np.expandDims(s, 1)];
    // 1 / (s_j^2 - s_i^2), as two factors that do not cancel
    const weights = np.multiply(inverseGaps(np.subtract(row, column), s), inverseOf(np.add(row, column)));
    const turned = np.transpose(inner);
    const du = np.matmul(u, np.multiply(weights, np.add(np.multiply(inner, row), np.multiply(turned, column))));
    const dv = np.matmul(v, np.multiply(weights, np.add(np.multiply(inner, column), np.multiply(turned, row))));
    // the part of du outside of the columns of u
    const outside = np.multiply(np.subtract(right, np.matmul(u, inner)), inverseOf(s));
    return [result, { u: np.add(du, outside), s: diagonalOf(inner), vh: np.transpose(dv), converged }];
  },
);

function inverseOf(x: Tensor): Tensor {
  const isZero = np.equal(x, 0);
  return np.where(isZero, 0, np.divide(1, np.where(isZero, 1, x)));
}

/**
 * Rotates columns of a, which has no more of them than rows, until all are orthogonal (M. Hestenes, "Inversion of matrices by
 * biorthogonalization and related results", J. SIAM 6, 1958): their norms are the singular values.
 */
function orthogonalize(a: Tensor): Factors {
  const [m, n] = a.shape as [number, number];
  const even = n + (n % 2);
  const half = even / 2;
  const largest = np.max(np.abs(a));
  const scale = np.where(np.greater(largest, 0), largest, 1);
  // rows of the factor r are fewer than those of a
  const compact = m > n ? householder(np.divide(a, scale)) : null;
  const square = compact === null ? np.divide(a, scale) : compact.r;
  const epsilon = epsilonOf(a.dtype);
  const tolerance = Math.sqrt(n) * epsilon;
  const padded = np.pad(square, [
    [0, 0],
    [0, even - n],
  ]);
  // below this square a column is noise of the others
  const noise = np.multiply(np.sum(np.square(square)), epsilon * epsilon);
  const start: readonly [Tensor, Tensor, Tensor] = [
    np.concatenate([padded, np.eye(n, even, a.dtype)]),
    literal("bool", [], 1),
    literal("int32", [], 0),
  ];
  const round = (_: Tensor, [columns, isActive]: readonly [Tensor, Tensor]): readonly [Tensor, Tensor] => {
    const first = np.slice(columns, [0, n], [0, half]);
    const second = np.slice(columns, [0, n], [half, even]);
    const p = np.sum(np.square(first), 0);
    const q = np.sum(np.square(second), 0);
    const x = np.sum(np.multiply(first, second), 0);
    const bound = np.multiply(np.multiply(np.sqrt(p), np.sqrt(q)), tolerance);
    const needs = np.logicalAnd(np.greater(np.abs(x), bound), np.greater(np.minimum(p, q), noise));
    const turned = rotate(columns, rotationsFor(p, q, x), 1);
    return [nextRound(turned, 1), np.logicalOr(isActive, np.any(needs))];
  };
  const [turned, isActive] = whileLoop(
    ([, isActive, sweeps]) => np.logicalAnd(isActive, np.less(sweeps, sweepLimit)),
    ([columns, , sweeps]) =>
      [...foriLoop(0, even - 1, round, [columns, literal("bool", [], 0)] as const), np.add(sweeps, 1)] as const,
    start,
  );
  const lengths = np.sqrt(np.sum(np.square(np.slice(turned, [0, n], [0, n])), 0));
  const order = ascendingOrder(np.negative(lengths));
  const sorted = np.take(np.slice(turned, null, [0, n]), order, { axis: 1 });
  const s = np.take(lengths, order);
  const directions = np.divide(np.slice(sorted, [0, n]), np.where(np.greater(s, 0), s, 1));
  const isDeficient = np.lessEqual(np.min(s), np.multiply(np.max(s), n * epsilon));
  const core = cond(isDeficient, completed, (each: Tensor) => each, directions);
  const u = compact === null ? core : np.matmul(compact.q, core);
  const signs = signsOf(u);
  return {
    u: np.multiply(u, signs),
    s: np.multiply(s, scale),
    vh: np.transpose(np.multiply(np.slice(sorted, [n, 2 * n]), signs)),
    converged: np.logicalAnd(np.isfinite(largest), np.logicalNot(isActive)),
  };
}

/** Orthonormal columns: the same where they are so already; in the place of those that are zero or noise, some that fit. */
function completed(columns: Tensor): Tensor {
  const { q, r } = householder(columns);
  return np.multiply(q, np.where(np.less(diagonalOf(r), 0), np.full([], -1, q.dtype), np.full([], 1, q.dtype)));
}
