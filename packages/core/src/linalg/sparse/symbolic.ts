import { ArgumentError } from "../../util/errors.js";
import { eliminate, type OrderingName } from "./ordering.js";
import { entryAt, patternOfPlaces, showPattern, type SparsePattern } from "./pattern.js";
import { maximumTransversal } from "./transversal.js";

/** What is known of a factorization P A Q = L U before the values are: all that depends on the pattern alone. */
export interface SymbolicLu {
  readonly pattern: SparsePattern;
  /** [n]: column of A that each step eliminates (Q). */
  readonly columnOrder: Int32Array;
  /** [n]: row of A that has the step's pivot (P). */
  readonly rowOrder: Int32Array;
  /** L below its diagonal of ones, and U, in one pattern: rows and columns are steps. */
  readonly factors: SparsePattern;
  /** [n]: entry of each row's pivot among those of `factors`. */
  readonly pivots: Int32Array;
  /** [nnz of A]: entry of `factors` where each value of A starts. */
  readonly places: Int32Array;
  /** Multiply-adds of the numerical factorization. */
  readonly multiplyAdds: number;
}

/**
 * Plans a factorization: which rows have the pivots, in which order they are eliminated, and where entries fill in.
 * @throws ArgumentError where every matrix of the pattern is singular.
 */
export function analyse(pattern: SparsePattern, ordering: OrderingName): SymbolicLu {
  const n = pattern.shape[0];
  const rowOf = maximumTransversal(pattern);
  const { order, rowsOfU, columnsOfL, multiplyAdds } = eliminate(pattern, rowOf, ordering);
  const stepOf = new Int32Array(n);
  order.forEach((pivot, step) => (stepOf[pivot] = step));
  const rowOrder = order.map((pivot) => rowOf[pivot]!);
  const stepOfRow = new Int32Array(n);
  rowOrder.forEach((row, step) => (stepOfRow[row] = step));

  const rows: number[] = [];
  const columns: number[] = [];
  const add = (row: number, column: number): void => {
    rows.push(row);
    columns.push(column);
  };
  for (let step = 0; step < n; step++) {
    add(step, step);
    for (const column of rowsOfU[step]!) add(step, stepOf[column]!);
    for (const row of columnsOfL[step]!) add(stepOf[row]!, step);
  }
  // the entries of A among them come twice: their places are read off the same list
  const own = rows.length;
  pattern.rows.forEach((row, entry) => add(stepOfRow[row]!, stepOf[pattern.columns[entry]!]!));
  const { pattern: factors, entryOf } = patternOfPlaces({ shape: [n, n], rows, columns });
  const pivots = new Int32Array(n);
  factors.rows.forEach((row, entry) => {
    if (row === factors.columns[entry]) pivots[row] = entry;
  });
  return { pattern, columnOrder: order, rowOrder, factors, pivots, places: entryOf.slice(own), multiplyAdds };
}

/**
 * Plans an incomplete factorization without fill, in the order of the matrix: what would fill in is dropped (J. A. Meijerink and H. A. van
 * der Vorst, Math. Comp. 31 (1977) 148).
 * @throws ArgumentError where a diagonal entry is missing.
 */
export function analyseIncomplete(pattern: SparsePattern): SymbolicLu {
  const order = Int32Array.from({ length: pattern.shape[0] }, (_, i) => i);
  const pivots = order.map((i) => entryAt(pattern, i, i));
  const missing = pivots.findIndex((entry) => entry < 0);
  if (missing >= 0) {
    throw new ArgumentError({
      what: "An incomplete factorization needs every entry of the diagonal.",
      got: `a pattern of ${showPattern(pattern)} without an entry in row and column ${missing}`,
      fix: "add the entry (its value may be 0 at first but must not stay it), or use `sparseLu`, which finds other pivots.",
      data: { row: missing },
    });
  }
  let multiplyAdds = 0;
  pattern.rows.forEach((row, entry) => {
    if (pattern.columns[entry]! >= row) return;
    const pivotRow = pattern.columns[entry]!;
    for (let q = pivots[pivotRow]! + 1; q < pattern.rowPointers[pivotRow + 1]!; q++) {
      if (entryAt(pattern, row, pattern.columns[q]!) >= 0) multiplyAdds++;
    }
  });
  const places = Int32Array.from({ length: pattern.nnz }, (_, entry) => entry);
  return { pattern, columnOrder: order, rowOrder: order, factors: pattern, pivots, places, multiplyAdds };
}
