import { np } from "../trace/np.js";
import { literal, reshapeTo } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import { entriesOf, fromEntries, range, type Entries } from "./entries.js";
import type { Factors } from "./factors.js";
import { divideSafely } from "./loops.js";

/** An exchange of rows k and i that happens where `holds`. */
interface Swap {
  readonly k: number;
  readonly i: number;
  readonly holds: Tensor;
}

/**
 * `factorize`, written out on scalars. As in LINPACK, rows of L stay as they were when they were made, and a solution exchanges and
 * eliminates by turns: half of the exchanges are spared.
 */
export function factorizeSmall(a: Tensor): Factors {
  const n = a.shape[0] as number;
  const x = entriesOf(a);
  /** Exchanges before column k is eliminated. */
  const swaps: (readonly Swap[])[] = [];
  for (let k = 0; k < n; k++) {
    swaps.push(pivotSwaps(x, k));
    for (const swap of swaps[k] ?? []) exchange(x, swap, k, n);
    for (let i = k + 1; i < n; i++) {
      const factor = divideSafely(at(x, i, k), at(x, k, k));
      put(x, i, k, factor);
      for (let j = k + 1; j < n; j++) put(x, i, j, np.subtract(at(x, i, j), np.multiply(factor, at(x, k, j))));
    }
  }
  return {
    pivots: reshapeTo(fromEntries(range(n).map((k) => [at(x, k, k)])), [n]),
    swaps: count(swaps.flat()),
    packed: () => {
      const moved = x.map((row) => [...row]);
      swaps.forEach((stage, k) => stage.forEach((swap) => exchange(moved, swap, 0, k)));
      return fromEntries(moved);
    },
    order: () => {
      const rows = range(n).map((i) => [literal("int32", [], i)]);
      swaps.flat().forEach((swap) => exchange(rows, swap, 0, 1));
      return reshapeTo(fromEntries(rows), [n]);
    },
    solve: (b) => {
      const y = rowsOf(b);
      swaps.forEach((stage, k) => {
        for (const swap of stage) exchange(y, swap, 0, 1);
        for (let i = k + 1; i < n; i++) subtractRow(y, i, at(x, i, k), k);
      });
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
      for (let k = n - 1; k >= 0; k--) {
        for (let i = k + 1; i < n; i++) subtractRow(y, k, at(x, i, k), i);
        for (const swap of swaps[k] ?? []) exchange(y, swap, 0, 1);
      }
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

/** Exchanges two rows, from one column to before another. */
function exchange(x: Entries, { k, i, holds }: Swap, from: number, to: number): void {
  for (let j = from; j < to; j++) {
    const [first, second] = [at(x, k, j), at(x, i, j)];
    put(x, k, j, np.where(holds, second, first));
    put(x, i, j, np.where(holds, first, second));
  }
}

function count(swaps: readonly Swap[]): Tensor {
  const [zero, one] = [literal("int32", [], 0), literal("int32", [], 1)];
  return swaps.reduce((sum, { holds }) => np.add(sum, np.where(holds, one, zero)), zero);
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
