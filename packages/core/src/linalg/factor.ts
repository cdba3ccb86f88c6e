import { foriLoop } from "../trace/control.js";
import { np } from "../trace/np.js";
import { literal, reshapeTo } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import { expectAll, isUsable } from "./checks.js";
import { smallLimit } from "./entries.js";
import type { Factors } from "./factors.js";
import { factorizeSmall } from "./factorSmall.js";
import {
  columnAt,
  diagonalOf,
  divideSafely,
  entryAt,
  inverseOrder,
  iota,
  rowAt,
  swapEntries,
  swapRows,
} from "./loops.js";
import { substitute } from "./substitute.js";

/**
 * Factorizes a matrix `[n, n]` (Golub and Van Loan, "Matrix Computations", algorithm 3.4.1). A singular one has factors as well, with a
 * zero on the diagonal of U.
 */
export function factorize(a: Tensor): Factors {
  return (a.shape[0] as number) <= smallLimit ? factorizeSmall(a) : factorizeLarge(a);
}

/** Fails the run where among the entries of a triangular factor's diagonal is a zero, or something that is no number. */
export function checkPivots(op: string, pivots: Tensor): void {
  expectAll(
    isUsable(pivots),
    `${op}: the matrix is singular, or has elements that are not finite: a pivot is zero or not a number. ` +
      "Do this: look at the matrix, or use `np.linalg.lstsq`; with `{ check: false }` the result is not finite instead.",
  );
}

function factorizeLarge(a: Tensor): Factors {
  const n = a.shape[0] as number;
  const index = iota([n]);
  const start: readonly [Tensor, Tensor, Tensor] = [a, index, literal("int32", [], 0)];
  const [packed, order, swaps] = foriLoop(
    0,
    n,
    (k, [matrix, rows, count]) => {
      const pivotRow = np.argmax(np.where(np.greaterEqual(index, k), np.abs(columnAt(matrix, k)), -1));
      const moved = swapRows(matrix, k, pivotRow);
      const row = rowAt(moved, k);
      const column = columnAt(moved, k);
      const below = np.greater(index, k);
      const factors = np.where(below, divideSafely(column, entryAt(column, k)), 0);
      const right = np.where(np.greater(iota([1, n], 1), k), row, 0);
      const reduced = np.subtract(moved, np.multiply(reshapeTo(factors, [n, 1]), right));
      const next = np.dynamicUpdate(reduced, reshapeTo(np.where(below, factors, column), [n, 1]), [0, k]);
      const exchanged = np.where(np.equal(pivotRow, k), literal("int32", [], 0), literal("int32", [], 1));
      return [next, swapEntries(rows, k, pivotRow), np.add(count, exchanged)] as const;
    },
    start,
  );
  return {
    pivots: diagonalOf(packed),
    swaps,
    packed: () => packed,
    order: () => order,
    solve: (b) => {
      const y = substitute(packed, np.take(b, order), { lower: true, unitDiagonal: true });
      return substitute(packed, y, { lower: false, unitDiagonal: false });
    },
    solveTransposed: (b) => {
      const flipped = np.transpose(packed);
      const y = substitute(flipped, b, { lower: true, unitDiagonal: false });
      return np.take(substitute(flipped, y, { lower: false, unitDiagonal: true }), inverseOrder(order));
    },
  };
}
