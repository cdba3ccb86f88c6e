import { jit } from "../compile/jit.js";
import { foriLoop, whileLoop } from "../trace/control.js";
import { customJvp } from "../trace/custom/customJvp.js";
import { np } from "../trace/np.js";
import { literal } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readSquare, type CheckOption } from "./arguments.js";
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
import { diagonalOf, iota, symmetrized } from "./loops.js";

/** Eigenvalues and eigenvectors of a symmetric matrix. */
export interface EighResult {
  /** Ascending, `[..., n]`. */
  readonly eigenvalues: Tensor;
  /** Column k belongs to eigenvalue k; orthonormal, `[..., n, n]`. The entry of largest absolute value is positive in each. */
  readonly eigenvectors: Tensor;
}

const op = "np.linalg.eigh";

const decompose = perOptions(({ check }: { readonly check: boolean }) =>
  jit((a: Tensor): EighResult => {
    const { converged, eigenvalues, eigenvectors } = spectrum(symmetrized(a));
    if (check) {
      expectAll(
        converged,
        `${op}: the matrix has elements that are not finite, or the iteration did not converge. ` +
          "Do this: look at the matrix; with `{ check: false }` the last iterate is returned.",
      );
    }
    return { eigenvalues, eigenvectors };
  }),
);

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi rotations. The symmetric part (a + a^T) / 2 is taken.
 *
 * Where eigenvalues are equal (to rounding) their vectors have no derivative among each other, and 0 is taken. That is right for sums of
 * functions of all eigenvalues, and for the projector on the space of the equal ones; it is not for v f(w) v^T, to which there write the
 * function of the matrix itself, such as `expm`.
 *
 * @param a `[..., n, n]`
 * @throws NumericalError where elements are not finite, when the program runs; see `CheckOption`.
 */
export function eigh(a: TensorLike, options: CheckOption = {}): EighResult {
  return overBatch(op, decompose({ check: options.check ?? true }), [readSquare(op, a)]);
}

interface Spectrum extends EighResult {
  /** bool, shape []. */
  readonly converged: Tensor;
}

/** The rule is that of M. Giles, "Collected matrix derivative results for forward and reverse mode AD", 2008, section 3.1. */
const spectrum: (a: Tensor) => Spectrum = customJvp(
  (a: Tensor): Spectrum => diagonalize(a),
  ([a], [da]) => {
    const result = spectrum(a);
    const { eigenvalues, eigenvectors, converged } = result;
    const inner = np.matmul(np.matmul(np.transpose(eigenvectors), da), eigenvectors);
    const gaps = np.subtract(np.expandDims(eigenvalues, 0), np.expandDims(eigenvalues, 1));
    const turn = np.multiply(inverseGaps(gaps, eigenvalues), inner);
    return [result, { eigenvalues: diagonalOf(inner), eigenvectors: np.matmul(eigenvectors, turn), converged }];
  },
);

/** Eigenvalues and vectors of a symmetric matrix, and whether the iteration converged. */
function diagonalize(a: Tensor): Spectrum {
  const n = a.shape[0] as number;
  // an odd matrix gets a row and a column of zeros, which no rotation touches
  const even = n + (n % 2);
  const half = even / 2;
  const scale = np.max(np.abs(a));
  const tolerance = np.multiply(scale, epsilonOf(a.dtype) / even);
  const distance = np.subtract(iota([even, even], 1), iota([even, even], 0));
  const isPair = np.equal(np.abs(distance), half);
  const isOff = np.notEqual(distance, 0);
  const padded = np.pad(a, [
    [0, even - n],
    [0, even - n],
  ]);
  const round = (_: Tensor, [matrix, vectors]: readonly [Tensor, Tensor]): readonly [Tensor, Tensor] => {
    const diagonal = diagonalOf(matrix);
    const coupling = diagonalOf(np.slice(matrix, [0, half], [half, even]));
    const rotations = rotationsFor(np.slice(diagonal, [0, half]), np.slice(diagonal, [half, even]), coupling);
    // what the rotations make zero is set to zero: the rest then shrinks below the rounding errors of the diagonal
    const turned = np.where(isPair, 0, rotate(rotate(matrix, rotations, 0), rotations, 1));
    return [nextRound(nextRound(turned, 0), 1), nextRound(rotate(vectors, rotations, 1), 1)];
  };
  const offDiagonal = (matrix: Tensor): Tensor => np.max(np.where(isOff, np.abs(matrix), 0));
  const start: readonly [Tensor, Tensor, Tensor] = [padded, np.eye(n, even, a.dtype), literal("int32", [], 0)];
  const [matrix, vectors] = whileLoop(
    ([matrix, , sweeps]) => np.logicalAnd(np.greater(offDiagonal(matrix), tolerance), np.less(sweeps, sweepLimit)),
    ([matrix, vectors, sweeps]) =>
      [...foriLoop(0, even - 1, round, [matrix, vectors] as const), np.add(sweeps, 1)] as const,
    start,
  );
  const converged = np.logicalAnd(np.isfinite(scale), np.lessEqual(offDiagonal(matrix), tolerance));
  const values = np.slice(diagonalOf(matrix), [0, n]);
  const order = ascendingOrder(values);
  const sorted = np.take(np.slice(vectors, null, [0, n]), order, { axis: 1 });
  return {
    eigenvalues: np.take(values, order),
    eigenvectors: np.multiply(sorted, signsOf(sorted)),
    converged,
  };
}
