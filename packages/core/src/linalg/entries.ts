import { np } from "../trace/np.js";
import { reshapeTo } from "../trace/operands.js";
import { sliceAxis } from "../trace/np/shape.js";
import type { Tensor } from "../trace/tensor.js";

/**
 * Up to this many rows a matrix is taken apart into its entries, and an algorithm is written out as straight code on scalars, which the
 * lowering keeps in registers. Measured for `solve` in a loop, as straight code and by loops over columns: 3 rows 0.04 and 0.19 us, 6 rows
 * 0.14 and 0.6, 8 rows 0.38 and 1.1, with compile times alike; at 9 rows the gain shrinks to 0.9 and 1.3 while compilation takes five
 * times as long, and from 10 on the loops are faster.
 */
export const smallLimit = 8;

/** Entries of a matrix, or of a matrix whose rows are vectors. Mutable: algorithms overwrite them as on paper. */
export type Entries = Tensor[][];

/** The entries of a matrix `[rows, columns]`, each with shape []. */
export function entriesOf(matrix: Tensor): Entries {
  const [rows, columns] = matrix.shape as [number, number];
  return range(rows).map((i) => {
    const row = sliceAxis(matrix, 0, i, i + 1);
    return range(columns).map((j) => reshapeTo(sliceAxis(row, 1, j, j + 1), []));
  });
}

/** The matrix `[rows, columns]` of scalar entries. */
export function fromEntries(entries: readonly (readonly Tensor[])[]): Tensor {
  const columns = entries[0]?.length ?? 0;
  const flat = entries.flatMap((row) => row.map((entry) => reshapeTo(entry, [1])));
  return reshapeTo(np.concatenate(flat), [entries.length, columns]);
}

/** 0, 1, ..., count - 1. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}
