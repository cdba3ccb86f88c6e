import { foriLoop } from "../trace/control.js";
import { np } from "../trace/np.js";
import { literal, reshapeTo } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import { expectAll, isUsable } from "./checks.js";
import { entriesOf, fromEntries, range, smallLimit, type Entries } from "./entries.js";
import { columnAt, diagonalOf, entryAt, inverseOrder, iota, rowAt, swapEntries, swapRows } from "./loops.js";
import { substitute } from "./substitute.js";

/** P a = L U by Gaussian elimination with partial pivoting: what is needed to solve with a, and with its transposed. */
export interface Factors {
  /** Entries of U on and above the diagonal, those of L, whose diagonal is 1, below: `[n, n]`. */
  readonly packed: Tensor;
  /** int32 `[n]`: row i of P a is row `order[i]` of a. */
  readonly order: Tensor;
  /** int32, shape []: how many rows were exchanged. */
  readonly swaps: Tensor;
  /** x of a x = b for b `[n, m]`. */
  solve(b: Tensor): Tensor;
  /** x of a^T x = b. */
  solveTransposed(b: Tensor): Tensor;
}

/**
 * Factorizes a matrix `[n, n]` (Golub and Van Loan, "Matrix Computations", algorithm 3.4.1). A singular one has factors as well, with a
 * zero on the diagonal of U.
 */
export function factorize(a: Tensor): Factors {
  return (a.shape[0] as number) <= smallLimit ? factorizeSmall(a) : factorizeLarge(a);
}

/** Fails the run where the diagonal of a triangular factor has a zero on it, or something that is no number. */
export function checkPivots(op: string, triangular: Tensor): void {
  expectAll(
    isUsable(diagonalOf(triangular)),
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
    packed,
    order,
    swaps,
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

/** An exchange of rows k and i that happens where `holds`. */
interface Swap {
  readonly k: number;
  readonly i: number;
  readonly holds: Tensor;
}

function factorizeSmall(a: Tensor): Factors {
  const n = a.shape[0] as number;
  const x = entriesOf(a);
  const swaps: Swap[] = [];
  for (let k = 0; k < n; k++) {
    for (const swap of pivotSwaps(x, k)) {
      swaps.push(swap);
      exchange(x, swap);
    }
    for (let i = k + 1; i < n; i++) {
      const factor = divideSafely(at(x, i, k), at(x, k, k));
      put(x, i, k, factor);
      for (let j = k + 1; j < n; j++) put(x, i, j, at(x, i, j).sub(factor.mul(at(x, k, j))));
    }
  }
  const rows = range(n).map((i) => [literal("int32", [], i)]);
  swaps.forEach((swap) => exchange(rows, swap));
  const one = literal("int32", [], 1);
  const zero = literal("int32", [], 0);
  return {
    packed: fromEntries(x),
    order: reshapeTo(fromEntries(rows), [n]),
    swaps: swaps.map(({ holds }) => np.where(holds, one, zero)).reduce((sum, each) => np.add(sum, each), zero),
    solve: (b) => {
      const y = rowsOf(b);
      swaps.forEach((swap) => exchange(y, swap));
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) subtractRow(y, i, at(x, i, j), j);
      for (let i = n - 1; i >= 0; i--) {
        for (let j = i + 1; j < n; j++) subtractRow(y, i, at(x, i, j), j);
        divideRow(y, i, at(x, i, i));
      }
      return fromRows(y, b);
    },
    solveTransposed: (b) => {
      const y = rowsOf(b);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) subtractRow(y, i, at(x, j, i), j);
        divideRow(y, i, at(x, i, i));
      }
      for (let i = n - 1; i >= 0; i--) for (let j = i + 1; j < n; j++) subtractRow(y, i, at(x, j, i), j);
      [...swaps].reverse().forEach((swap) => exchange(y, swap));
      return fromRows(y, b);
    },
  };
}

/** Exchanges that bring the largest entry of column k, from row k on, to row k: at most one of them happens. */
function pivotSwaps(x: Entries, k: number): readonly Swap[] {
  const n = x.length;
  let largest = np.abs(at(x, k, k));
  const isLarger: Tensor[] = [];
  for (let i = k + 1; i < n; i++) {
    const size = np.abs(at(x, i, k));
    const holds = np.greater(size, largest);
    largest = np.where(holds, size, largest);
    isLarger.push(holds);
  }
  // row i is the pivot where it is larger than all before it, and no later one is larger still
  let later: Tensor | null = null;
  const swaps: Swap[] = [];
  for (let i = n - 1; i > k; i--) {
    const holds = isLarger[i - k - 1] as Tensor;
    swaps.push({ k, i, holds: later === null ? holds : np.logicalAnd(holds, np.logicalNot(later)) });
    later = later === null ? holds : np.logicalOr(later, holds);
  }
  return swaps;
}

function exchange(x: Entries, { k, i, holds }: Swap): void {
  const [first, second] = [x[k], x[i]] as [Tensor[], Tensor[]];
  x[k] = first.map((entry, j) => np.where(holds, second[j] as Tensor, entry));
  x[i] = second.map((entry, j) => np.where(holds, first[j] as Tensor, entry));
}

/** The rows of b `[n, m]`: scalars where it is one column, else vectors; one entry each. */
function rowsOf(b: Tensor): Entries {
  if (b.shape[1] === 1) return entriesOf(b);
  return range(b.shape[0] as number).map((i) => [np.slice(b, i)]);
}

function fromRows(y: Entries, b: Tensor): Tensor {
  return b.shape[1] === 1 ? fromEntries(y) : np.stack(y.map((row) => row[0] as Tensor));
}

function subtractRow(y: Entries, i: number, factor: Tensor, j: number): void {
  y[i] = [at(y, i, 0).sub(factor.mul(at(y, j, 0)))];
}

function divideRow(y: Entries, i: number, divisor: Tensor): void {
  y[i] = [at(y, i, 0).div(divisor)];
}

function at(x: Entries, i: number, j: number): Tensor {
  return (x[i] as Tensor[])[j] as Tensor;
}

function put(x: Entries, i: number, j: number, value: Tensor): void {
  (x[i] as Tensor[])[j] = value;
}

/** Quotient; 0 where the divisor is 0, for then all candidates for the pivot were 0 and there is nothing to eliminate. */
function divideSafely(x: Tensor, divisor: Tensor): Tensor {
  return np.divide(x, np.where(np.equal(divisor, 0), literal(divisor.dtype, [], 1), divisor));
}
