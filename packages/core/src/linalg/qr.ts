import { jit } from "../compile/jit.js";
import { scan } from "../trace/control.js";
import { customJvp } from "../trace/custom/customJvp.js";
import { np } from "../trace/np.js";
import { reshapeTo } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readMatrix } from "./arguments.js";
import { overBatch } from "./batch.js";
import { checkPivots } from "./factor.js";
import { columnAt, diagonalOf, entryAt, iota } from "./loops.js";
import { solveTriangle } from "./solveTriangle.js";

/** Factors of a = q r. */
export interface QrResult {
  /** Orthonormal columns, `[..., m, k]` with k the smaller of m and n. */
  readonly q: Tensor;
  /** Upper triangular, `[..., k, n]`. */
  readonly r: Tensor;
}

const decompose = jit((a: Tensor): QrResult => {
  const [m, n] = a.shape as [number, number];
  if (m >= n) return factors(a);
  // a = [x, y] with square x: the factors of x give those of a, and their derivatives
  const { q, r } = factors(np.slice(a, null, [0, m]));
  return { q, r: np.concatenate([r, np.matmul(np.transpose(q), np.slice(a, null, [m, n]))], 1) };
});

/**
 * Reduced QR factorization by Householder reflections. Signs are LAPACK's, thus NumPy's: a diagonal entry of r has the sign opposite to
 * that of the entry that its reflection began with, and keeps it where there was nothing left to reflect.
 *
 * @param a `[..., m, n]`
 */
export function qr(a: TensorLike): QrResult {
  const op = "np.linalg.qr";
  return overBatch(op, decompose, [readMatrix(op, a)]);
}

/** The rule is that of S. Walter and L. Lehmann, "Algorithmic differentiation of linear algebra functions", arXiv 1001.1654, section 3.2. */
const factors: (a: Tensor) => QrResult = customJvp(
  (a: Tensor): QrResult => householder(a),
  ([a], [da]) => {
    const { q, r } = factors(a);
    checkPivots("The derivative of np.linalg.qr", diagonalOf(r));
    // x r = da, as r^T x^T = da^T
    const lower = { lower: true, unitDiagonal: false };
    const x = np.transpose(solveTriangle(np.transpose(r), np.transpose(da), lower));
    const inner = np.matmul(np.transpose(q), x);
    const below = np.tril(inner, -1);
    const turn = np.subtract(below, np.transpose(below));
    const rest = np.subtract(inner, turn);
    return [
      { q, r },
      { q: np.subtract(x, np.matmul(q, rest)), r: np.matmul(np.triu(rest), r) },
    ];
  },
);

/** Factors of a matrix with at least as many rows as columns (Golub and Van Loan, "Matrix Computations", algorithms 5.1.1 and 5.2.1). */
export function householder(a: Tensor): QrResult {
  const [m, n] = a.shape as [number, number];
  const index = iota([m]);
  const [r, [directions, factors]] = scan(
    (rest: Tensor, k: Tensor) => {
      const { direction, factor } = reflector(columnAt(rest, k), k, index);
      return [reflect(rest, direction, factor), [direction, factor] as const];
    },
    a,
    { xs: iota([n]) },
  );
  const [q] = scan(
    (columns: Tensor, [direction, factor]: readonly [Tensor, Tensor]) => [reflect(columns, direction, factor), null],
    np.eye(m, n, a.dtype),
    { xs: [directions, factors] as const, reverse: true },
  );
  return { q, r: np.triu(np.slice(r, [0, n])) };
}

/** v and tau of the reflection 1 - tau v v^T that maps the part of x from k on to a multiple of the unit vector k. */
function reflector(x: Tensor, k: Tensor, index: Tensor): { readonly direction: Tensor; readonly factor: Tensor } {
  const head = entryAt(x, k);
  const tail = np.where(np.greater(index, k), x, 0);
  // scaled, so that squares neither overflow nor vanish
  const largest = np.maximum(np.max(np.abs(tail)), np.abs(head));
  const scale = np.where(np.greater(largest, 0), largest, 1);
  const tailSquare = np.sum(np.square(np.divide(tail, scale)));
  const norm = np.multiply(scale, np.sqrt(np.add(np.square(np.divide(head, scale)), tailSquare)));
  const image = np.where(np.greaterEqual(head, 0), np.negative(norm), norm);
  const isDone = np.equal(tailSquare, 0);
  const unit = np.equal(index, k);
  const direction = np.where(unit, 1, np.divide(tail, np.where(isDone, 1, np.subtract(head, image))));
  const factor = np.where(isDone, 0, np.divide(np.subtract(image, head), np.where(isDone, 1, image)));
  return { direction, factor };
}

function reflect(a: Tensor, direction: Tensor, factor: Tensor): Tensor {
  const [m, n] = a.shape as [number, number];
  const products = np.matmul(reshapeTo(direction, [1, m]), a);
  return np.subtract(a, np.multiply(np.multiply(factor, reshapeTo(direction, [m, 1])), reshapeTo(products, [1, n])));
}
