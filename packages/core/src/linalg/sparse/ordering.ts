import type { SparsePattern } from "./pattern.js";

/** How the steps of an elimination are ordered. */
export type OrderingName = "minimumDegree" | "natural";

/** What an elimination with pivots on the diagonal does, step by step; all indices are those before ordering. */
export interface Elimination {
  /** [n]: pivot of each step. */
  readonly order: Int32Array;
  /** For each step the other columns in the pivot's row when it is eliminated. */
  readonly rowsOfU: readonly Int32Array[];
  /** For each step the other rows in the pivot's column. */
  readonly columnsOfL: readonly Int32Array[];
  /** Number of multiply-adds. */
  readonly multiplyAdds: number;
}

/**
 * Eliminates a square pattern with a zero-free diagonal, and records the fill.
 *
 * "minimumDegree" takes at each step the pivot with the smallest product of the other entries in its row and in its column (H. M.
 * Markowitz, Management Science 3 (1957) 255, on the diagonal alone); for a symmetric pattern this is the minimum degree ordering of W.
 * F. Tinney and J. W. Walker, Proc. IEEE 55 (1967) 1801. Among equal ones the first is taken. "natural" keeps the order.
 *
 * @param rowOf [n]: row of the pattern that has the pivot of each column.
 */
export function eliminate(pattern: SparsePattern, rowOf: Int32Array, ordering: OrderingName): Elimination {
  const n = pattern.shape[0];
  const rows: Set<number>[] = [];
  const columns: Set<number>[] = Array.from({ length: n }, () => new Set<number>());
  for (let k = 0; k < n; k++) {
    const row = rowOf[k]!;
    const own = new Set(pattern.columns.subarray(pattern.rowPointers[row]!, pattern.rowPointers[row + 1]!));
    own.delete(k);
    rows.push(own);
    for (const column of own) columns[column]!.add(k);
  }
  const choose = ordering === "natural" ? (step: number) => step : cheapestOf(rows, columns);
  const order = new Int32Array(n);
  const rowsOfU: Int32Array[] = [];
  const columnsOfL: Int32Array[] = [];
  let multiplyAdds = 0;
  for (let step = 0; step < n; step++) {
    const pivot = choose(step);
    const right = rows[pivot]!;
    const below = columns[pivot]!;
    order[step] = pivot;
    rowsOfU.push(Int32Array.from(right));
    columnsOfL.push(Int32Array.from(below));
    multiplyAdds += right.size * below.size;
    for (const row of below) rows[row]!.delete(pivot);
    for (const column of right) columns[column]!.delete(pivot);
    for (const row of below) {
      const own = rows[row]!;
      for (const column of right) {
        if (column === row) continue;
        own.add(column);
        columns[column]!.add(row);
      }
    }
    right.clear();
    below.clear();
  }
  return { order, rowsOfU, columnsOfL, multiplyAdds };
}

function cheapestOf(rows: readonly Set<number>[], columns: readonly Set<number>[]): () => number {
  const left = Array.from(rows.keys());
  return () => {
    let best = 0;
    let least = Infinity;
    for (let i = 0; i < left.length; i++) {
      const cost = rows[left[i]!]!.size * columns[left[i]!]!.size;
      if (cost >= least) continue;
      least = cost;
      best = i;
      if (cost === 0) break;
    }
    return left.splice(best, 1)[0]!;
  };
}
