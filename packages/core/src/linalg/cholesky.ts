import { jit } from "../compile/jit.js";
import { scan } from "../trace/control.js";
import { customJvp } from "../trace/custom/customJvp.js";
import { np } from "../trace/np.js";
import { reshapeTo } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readSquare, type CheckOption } from "./arguments.js";
import { overBatch, perOptions } from "./batch.js";
import { expectAll, isUsable } from "./checks.js";
import { entriesOf, fromEntries, smallLimit } from "./entries.js";
import { columnAt, diagonalOf, entryAt, identity, iota, symmetrized, withRow } from "./loops.js";
import { solveTriangle } from "./solveTriangle.js";

const op = "np.linalg.cholesky";

const decompose = perOptions(({ check }: { readonly check: boolean }) =>
  jit((a: Tensor): Tensor => {
    const l = factor(symmetrized(a));
    if (check) {
      expectAll(
        isUsable(diagonalOf(l)),
        `${op}: the matrix is not positive definite, or has elements that are not finite. ` +
          "Do this: look at its eigenvalues with `np.linalg.eigh`, or add a small multiple of the identity; " +
          "with `{ check: false }` the result is NaN instead.",
      );
    }
    return l;
  }),
);

/**
 * The lower triangular l with a = l l^T, of a symmetric positive definite matrix. The symmetric part (a + a^T) / 2 is taken, so that the
 * derivative is symmetric as well.
 *
 * @param a `[..., n, n]`
 * @throws NumericalError where a is not positive definite, when the program runs; see `CheckOption`.
 */
export function cholesky(a: TensorLike, options: CheckOption = {}): Tensor {
  return overBatch(op, decompose({ check: options.check ?? true }), [readSquare(op, a)]);
}

/** The rule is equation 9 of I. Murray, "Differentiation of the Cholesky decomposition", arXiv 1602.07527. */
const factor: (a: Tensor) => Tensor = customJvp(
  (a: Tensor): Tensor => ((a.shape[0] as number) <= smallLimit ? factorSmall(a) : factorLarge(a)),
  ([a], [da]) => {
    const l = factor(a);
    const lower = { lower: true, unitDiagonal: false };
    const left = solveTriangle(l, da, lower);
    const x = solveTriangle(l, np.transpose(left), lower);
    // x is symmetric: its lower triangle, with half of the diagonal
    const half = np.subtract(np.tril(x), np.multiply(np.multiply(x, identity(x.shape[0] as number, x.dtype)), 0.5));
    return [l, np.matmul(l, half)];
  },
);

/** Row by row of u = l^T, each from the rows above (Golub and Van Loan, "Matrix Computations", section 4.2.5). */
function factorLarge(a: Tensor): Tensor {
  const n = a.shape[0] as number;
  const index = iota([n]);
  const [u] = scan(
    (rows: Tensor, [j, row]: readonly [Tensor, Tensor]) => {
      const known = np.matmul(reshapeTo(columnAt(rows, j), [1, n]), rows);
      const rest = np.subtract(row, reshapeTo(known, [n]));
      const root = np.sqrt(entryAt(rest, j));
      const next = np.where(np.greater(index, j), np.divide(rest, root), np.where(np.equal(index, j), root, 0));
      return [withRow(rows, j, next), null];
    },
    np.zerosLike(a),
    { xs: [index, a] as const },
  );
  return np.transpose(u);
}

function factorSmall(a: Tensor): Tensor {
  const n = a.shape[0] as number;
  const x = entriesOf(a);
  const entry = (i: number, j: number): Tensor => (x[i] as Tensor[])[j] as Tensor;
  const zero = np.zeros([], a.dtype);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let rest = entry(i, j);
      for (let k = 0; k < j; k++) rest = np.subtract(rest, np.multiply(entry(i, k), entry(j, k)));
      (x[i] as Tensor[])[j] = i === j ? np.sqrt(rest) : np.divide(rest, entry(j, j));
    }
  }
  return fromEntries(x.map((row, i) => row.map((each, j) => (j > i ? zero : each))));
}
