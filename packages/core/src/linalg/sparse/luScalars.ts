import { np } from "../../trace/np.js";
import { literal, reshapeTo } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import type { LuKernels } from "./luKernels.js";
import type { SymbolicLu } from "./symbolic.js";

/**
 * Factorization and substitution written out, one operation for each entry and multiply-add: for small patterns, whose numbers then
 * stay in registers. The operations and their order are those of `loopKernels`.
 */
export function scalarKernels(symbolic: SymbolicLu): LuKernels {
  const n = symbolic.columnOrder.length;
  const { rowPointers, columns, nnz } = symbolic.factors;
  const { pivots } = symbolic;

  const factor = (values: Tensor): Tensor => {
    const lu: Tensor[] = new Array<Tensor>(nnz).fill(literal(values.dtype, [], 0));
    symbolic.places.forEach((place, entry) => (lu[place] = values.slice(entry)));
    for (let i = 0; i < n; i++) {
      const place = new Map<number, number>();
      for (let p = rowPointers[i]!; p < rowPointers[i + 1]!; p++) place.set(columns[p]!, p);
      for (let p = rowPointers[i]!; p < pivots[i]!; p++) {
        const k = columns[p]!;
        const multiplier = lu[p]!.mul(lu[pivots[k]!]!);
        lu[p] = multiplier;
        for (let q = pivots[k]! + 1; q < rowPointers[k + 1]!; q++) {
          // an incomplete factorization drops what has no place
          const target = place.get(columns[q]!);
          if (target !== undefined) lu[target] = lu[target]!.sub(multiplier.mul(lu[q]!));
        }
      }
      lu[pivots[i]!] = np.reciprocal(lu[pivots[i]!]!);
    }
    return np.stack(lu);
  };

  const solve = (lu: Tensor, b: Tensor): Tensor => {
    const x = Array.from(symbolic.rowOrder, (row) => b.slice(row));
    for (let i = 0; i < n; i++) {
      for (let p = rowPointers[i]!; p < pivots[i]!; p++) x[i] = x[i]!.sub(lu.slice(p).mul(x[columns[p]!]!));
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let p = pivots[i]! + 1; p < rowPointers[i + 1]!; p++) x[i] = x[i]!.sub(lu.slice(p).mul(x[columns[p]!]!));
      x[i] = x[i]!.mul(lu.slice(pivots[i]!));
    }
    return stackAt(x, symbolic.columnOrder, b);
  };

  const solveTransposed = (lu: Tensor, b: Tensor): Tensor => {
    const x = Array.from(symbolic.columnOrder, (column) => b.slice(column));
    for (let i = 0; i < n; i++) {
      const own = x[i]!.mul(lu.slice(pivots[i]!));
      x[i] = own;
      for (let p = pivots[i]! + 1; p < rowPointers[i + 1]!; p++)
        x[columns[p]!] = x[columns[p]!]!.sub(lu.slice(p).mul(own));
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let p = rowPointers[i]!; p < pivots[i]!; p++) x[columns[p]!] = x[columns[p]!]!.sub(lu.slice(p).mul(x[i]!));
    }
    return stackAt(x, symbolic.rowOrder, b);
  };

  return { factor, solve, solveTransposed };
}

/** Rows as one tensor, row i at place `places[i]`. */
function stackAt(rows: readonly Tensor[], places: Int32Array, like: Tensor): Tensor {
  const ordered: Tensor[] = new Array<Tensor>(rows.length);
  places.forEach((place, i) => (ordered[place] = rows[i]!));
  return rows.length === 0 ? reshapeTo(like, like.shape) : np.stack(ordered);
}
