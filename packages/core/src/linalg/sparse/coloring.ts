import { perPattern } from "./perPattern.js";
import { transposedPattern, type SparsePattern } from "./pattern.js";

/** Groups of columns that have no row in common: one product gives all of a group. */
export interface Coloring {
  readonly count: number;
  /** [columns]: group of each column. */
  readonly colors: Int32Array;
}

/**
 * Groups the columns of a pattern so that no two of a group have entries in one row (A. R. Curtis, M. J. D. Powell and J. K. Reid, J. Inst.
 * Math. Appl. 13 (1974) 117), greedily, columns with most neighbours first. A Jacobian of the pattern follows from one
 * directional derivative for each group.
 */
export const columnColoring: (pattern: SparsePattern) => Coloring = perPattern((pattern) => {
  const columns = pattern.shape[1];
  const byColumn = transposedPattern(pattern).pattern;
  const neighbours = (column: number, visit: (other: number) => void): void => {
    for (let e = byColumn.rowPointers[column]!; e < byColumn.rowPointers[column + 1]!; e++) {
      const row = byColumn.columns[e]!;
      for (let p = pattern.rowPointers[row]!; p < pattern.rowPointers[row + 1]!; p++) visit(pattern.columns[p]!);
    }
  };
  const degrees = Int32Array.from({ length: columns }, (_, column) => {
    let degree = 0;
    neighbours(column, () => degree++);
    return degree;
  });
  const order = Int32Array.from({ length: columns }, (_, column) => column).sort(
    (a, b) => degrees[b]! - degrees[a]! || a - b,
  );
  const colors = new Int32Array(columns).fill(-1);
  const taken = new Int32Array(columns + 1).fill(-1);
  let count = 0;
  for (const column of order) {
    neighbours(column, (other) => {
      if (colors[other]! >= 0) taken[colors[other]!] = column;
    });
    let color = 0;
    while (taken[color] === column) color++;
    colors[column] = color;
    count = Math.max(count, color + 1);
  }
  return { count, colors };
});
