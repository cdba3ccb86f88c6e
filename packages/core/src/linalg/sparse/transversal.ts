import { ArgumentError } from "../../util/errors.js";
import { entryAt, showPattern, transposedPattern, type SparsePattern } from "./pattern.js";

/**
 * For each column a row that has an entry in it, every row once: with its rows in this order a matrix has no structural zero on its
 * diagonal. Columns whose own diagonal entry exists keep it where that is possible.
 *
 * By augmenting paths, depth first (I. S. Duff, On algorithms for obtaining a maximum transversal, ACM TOMS 7 (1981) 315).
 *
 * @throws ArgumentError where there is none: every matrix of the pattern is singular.
 */
export function maximumTransversal(pattern: SparsePattern): Int32Array {
  const n = pattern.shape[1];
  const byColumn = transposedPattern(pattern).pattern;
  const rowOf = new Int32Array(n).fill(-1);
  const columnOf = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++) {
    if (entryAt(pattern, i, i) < 0) continue;
    rowOf[i] = i;
    columnOf[i] = i;
  }
  const visited = new Int32Array(n).fill(-1);
  for (let column = 0; column < n; column++) {
    if (rowOf[column] === -1 && !augment(byColumn, column, rowOf, columnOf, visited)) throw singular(pattern, column);
  }
  return rowOf;
}

/** Finds a row for a column, moving other columns to other rows where they are in the way. */
function augment(
  byColumn: SparsePattern,
  start: number,
  rowOf: Int32Array,
  columnOf: Int32Array,
  visited: Int32Array,
): boolean {
  // path of columns, the entry that each of them tries next
  const path = [start];
  const next = [byColumn.rowPointers[start]!];
  while (path.length > 0) {
    const column = path[path.length - 1]!;
    const entry = next[next.length - 1]!;
    if (entry === byColumn.rowPointers[column + 1]!) {
      path.pop();
      next.pop();
      continue;
    }
    next[next.length - 1] = entry + 1;
    const row = byColumn.columns[entry]!;
    if (visited[row] === start) continue;
    visited[row] = start;
    const owner = columnOf[row]!;
    if (owner >= 0) {
      path.push(owner);
      next.push(byColumn.rowPointers[owner]!);
      continue;
    }
    path.forEach((each, depth) => {
      const taken = byColumn.columns[next[depth]! - 1]!;
      rowOf[each] = taken;
      columnOf[taken] = each;
    });
    return true;
  }
  return false;
}

function singular(pattern: SparsePattern, column: number): ArgumentError {
  return new ArgumentError({
    what: "sparseLu: every matrix of this pattern is singular.",
    got: `${showPattern(pattern)}; no row is left for column ${column}`,
    expected: "a pattern in which every column has an entry in a row of its own",
    fix: "look for an empty row or column, or for columns that have entries in too few rows; entries of a matrix I - h J include its diagonal.",
    data: { column },
  });
}
