import { foriLoop } from "../trace/control.js";
import { np } from "../trace/np.js";
import { literal, reshapeTo } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import {
  columnAt,
  diagonalOf,
  entryAt,
  identity,
  inverseOrder,
  iota,
  rowAt,
  signOfSwaps,
  swapEntries,
  swapRows,
} from "./loops.js";
import { solveTriangle } from "./solveTriangle.js";

/**
 * The adjugate of a matrix `[n, n]`, det(a) a^-1 where there is an inverse, and right for singular matrices as well: p a q = l u with
 * complete pivoting; of u = [[v, w], [0, t]] with det(v) = d it is d [[t v^-1, -v^-1 w], [0, 1]], where only the first n - 1 pivots are
 * divisors. Where these have a zero the rank is below n - 1, d is 0, and so is the adjugate.
 *
 * It is differentiated as it stands; the last pivot is no divisor, so that its derivatives hold where the rank is at least n - 1.
 */
export function adjugate(a: Tensor): Tensor {
  const n = a.shape[0] as number;
  const { packed, rows, columns, swaps } = completePivoting(a);
  const pivots = diagonalOf(packed);
  const first = np.slice(pivots, [0, n - 1]);
  const d = np.prod(first);
  const t = np.slice(pivots, n - 1);
  const inverse = solveTriangle(packed, identity(n, a.dtype), { lower: true, unitDiagonal: true });
  const [upper, last] = [np.slice(inverse, [0, n - 1]), np.slice(inverse, [n - 1, n])];
  const v = np.slice(packed, [0, n - 1], [0, n - 1]);
  const w = np.slice(packed, [0, n - 1], [n - 1, n]);
  const right = np.subtract(np.multiply(upper, t), np.multiply(w, last));
  const safe = np.where(np.equal(identity(n - 1, a.dtype), 1), np.where(np.equal(first, 0), 1, first), v);
  const top = solveTriangle(safe, right, { lower: false, unitDiagonal: false });
  const product = np.multiply(np.concatenate([top, last]), np.multiply(d, signOfSwaps(swaps, a.dtype)));
  return np.take(np.take(product, inverseOrder(columns)), inverseOrder(rows), { axis: 1 });
}

interface Pivoted {
  readonly packed: Tensor;
  readonly rows: Tensor;
  readonly columns: Tensor;
  readonly swaps: Tensor;
}

/** LU factors with the largest of all remaining entries as pivot: zeros on the diagonal of u come last. */
function completePivoting(a: Tensor): Pivoted {
  const n = a.shape[0] as number;
  const index = iota([n]);
  const start: readonly [Tensor, Tensor, Tensor, Tensor] = [a, index, index, literal("int32", [], 0)];
  const [packed, rows, columns, swaps] = foriLoop(
    0,
    n,
    (k, [matrix, rows, columns, count]) => {
      const isLeft = np.logicalAnd(np.greaterEqual(iota([n, n]), k), np.greaterEqual(iota([n, n], 1), k));
      const place = np.argmax(np.where(isLeft, np.abs(matrix), -1));
      const [i, j] = [np.floorDivide(place, n), np.mod(place, n)];
      const turned = np.transpose(swapRows(np.transpose(swapRows(matrix, k, i)), k, j));
      const [row, column] = [rowAt(turned, k), columnAt(turned, k)];
      const below = np.greater(index, k);
      const pivot = entryAt(column, k);
      const factors = np.where(below, np.divide(column, np.where(np.equal(pivot, 0), 1, pivot)), 0);
      const right = np.where(np.greater(iota([1, n], 1), k), row, 0);
      const reduced = np.subtract(turned, np.multiply(reshapeTo(factors, [n, 1]), right));
      const next = np.dynamicUpdate(reduced, reshapeTo(np.where(below, factors, column), [n, 1]), [0, k]);
      const moves = np.add(np.int32(np.notEqual(i, k)), np.int32(np.notEqual(j, k)));
      return [next, swapEntries(rows, k, i), swapEntries(columns, k, j), np.add(count, moves)] as const;
    },
    start,
  );
  return { packed, rows, columns, swaps };
}
