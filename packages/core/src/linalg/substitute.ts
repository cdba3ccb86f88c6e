import { scan } from "../trace/control.js";
import { np } from "../trace/np.js";
import { reshapeTo } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import { entriesOf, fromEntries, range, smallLimit } from "./entries.js";
import { entryAt, iota, rowAt, withRow } from "./loops.js";

/** Which triangle of a matrix counts, and whether its diagonal is taken as ones. */
export interface Triangle {
  readonly lower: boolean;
  readonly unitDiagonal: boolean;
}

/**
 * x of t x = b, with the triangle of t `[n, n]`, for b `[n, m]`, by forward or back substitution, row by row. The other triangle is not
 * read.
 */
export function substitute(t: Tensor, b: Tensor, { lower, unitDiagonal }: Triangle): Tensor {
  const n = t.shape[0] as number;
  if (n <= smallLimit && b.shape[1] === 1) return substituteSmall(t, b, { lower, unitDiagonal });
  const triangle = lower ? np.tril(t, -1) : np.triu(t, 1);
  const diagonal = (row: Tensor, i: Tensor): Tensor => entryAt(reshapeTo(row, [n]), i);
  const [x] = scan(
    (solved: Tensor, [i, strict, full]: readonly [Tensor, Tensor, Tensor]) => {
      const known = np.matmul(reshapeTo(strict, [1, n]), solved);
      const rest = np.subtract(rowAt(b, i), known);
      return [withRow(solved, i, unitDiagonal ? rest : np.divide(rest, diagonal(full, i))), null];
    },
    np.zerosLike(b),
    { xs: [iota([n]), triangle, t] as const, reverse: !lower },
  );
  return x;
}

function substituteSmall(t: Tensor, b: Tensor, { lower, unitDiagonal }: Triangle): Tensor {
  const n = t.shape[0] as number;
  const x = entriesOf(t);
  const y = entriesOf(b).map((row) => row[0] as Tensor);
  const order = lower ? range(n) : range(n).map((i) => n - 1 - i);
  order.forEach((i, done) => {
    const entry = (j: number): Tensor => (x[i] as Tensor[])[j] as Tensor;
    for (const j of order.slice(0, done)) y[i] = np.subtract(y[i] as Tensor, np.multiply(entry(j), y[j] as Tensor));
    if (!unitDiagonal) y[i] = np.divide(y[i] as Tensor, entry(i));
  });
  return fromEntries(y.map((entry) => [entry]));
}
