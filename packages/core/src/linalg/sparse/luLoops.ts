import { foriLoop } from "../../trace/control.js";
import { np } from "../../trace/np.js";
import { literal, reshapeTo } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import { indexTensor } from "./indexTensors.js";
import type { LuKernels } from "./luKernels.js";
import type { SymbolicLu } from "./symbolic.js";

/**
 * Factorization and substitution as loops over the tables of the pattern: code of one size for every pattern.
 *
 * The factorization goes row by row (IKJ): a row is spread into a dense vector, the rows of U that its part of L names are subtracted
 * one after another, and it is gathered again; what an incomplete factorization has no place for is not gathered, nor ever read. Only the inner loop runs once a multiply-add. Pivots are kept as their reciprocals.
 */
export function loopKernels(symbolic: SymbolicLu): LuKernels {
  const n = symbolic.columnOrder.length;
  const { factors } = symbolic;
  const pointers = indexTensor(factors.rowPointers);
  const columns = indexTensor(factors.columns);
  const pivots = indexTensor(symbolic.pivots);
  const from = (row: Tensor): Tensor => read(pointers, row);
  const to = (row: Tensor): Tensor => read(pointers, row.add(1));
  const pivotOf = (row: Tensor): Tensor => read(pivots, row);
  const columnOf = (entry: Tensor): Tensor => read(columns, entry);

  const factor = (values: Tensor): Tensor => {
    const start = literal(values.dtype, [factors.nnz], 0).at(indexTensor(symbolic.places)).add(values);
    const [lu] = foriLoop(
      0,
      n,
      (i, [before, work]: [Tensor, Tensor]) => {
        const spread = foriLoop(from(i), to(i), (p, w: Tensor) => write(w, columnOf(p), read(before, p)), work);
        const reduced = foriLoop(
          from(i),
          pivotOf(i),
          (p, w: Tensor) => {
            const k = columnOf(p);
            const pivot = pivotOf(k);
            const multiplier = read(w, k).mul(read(before, pivot));
            return foriLoop(
              pivot.add(1),
              to(k),
              (q, v: Tensor) => addTo(v, columnOf(q), multiplier.mul(read(before, q)).neg()),
              write(w, k, multiplier),
            );
          },
          spread,
        );
        const after = foriLoop(from(i), to(i), (p, v: Tensor) => write(v, p, read(reduced, columnOf(p))), before);
        return [write(after, pivotOf(i), np.reciprocal(read(reduced, i))), reduced];
      },
      [start, literal(values.dtype, [n], 0)],
    );
    return lu;
  };

  const solve = (lu: Tensor, b: Tensor): Tensor => {
    // L y = P b
    const y = foriLoop(
      0,
      n,
      (i, v: Tensor) =>
        write(
          v,
          i,
          foriLoop(from(i), pivotOf(i), (p, sum: Tensor) => sum.sub(read(lu, p).mul(read(v, columnOf(p)))), read(v, i)),
        ),
      np.take(b, indexTensor(symbolic.rowOrder)),
    );
    // U z = y
    const z = foriLoop(
      0,
      n,
      (r, v: Tensor) => {
        const i = r.neg().add(n - 1);
        const sum = foriLoop(
          pivotOf(i).add(1),
          to(i),
          (p, s: Tensor) => s.sub(read(lu, p).mul(read(v, columnOf(p)))),
          read(v, i),
        );
        return write(v, i, sum.mul(read(lu, pivotOf(i))));
      },
      y,
    );
    return np.take(z, indexTensor(inverse(symbolic.columnOrder)));
  };

  const solveTransposed = (lu: Tensor, b: Tensor): Tensor => {
    // U^T y = Q^T b: each element, once known, is subtracted from those behind it
    const y = foriLoop(
      0,
      n,
      (i, v: Tensor) => {
        const own = read(v, i).mul(read(lu, pivotOf(i)));
        return foriLoop(
          pivotOf(i).add(1),
          to(i),
          (p, w: Tensor) => addTo(w, columnOf(p), read(lu, p).mul(own).neg()),
          write(v, i, own),
        );
      },
      np.take(b, indexTensor(symbolic.columnOrder)),
    );
    // L^T z = y
    const z = foriLoop(
      0,
      n,
      (r, v: Tensor) => {
        const i = r.neg().add(n - 1);
        const own = read(v, i);
        return foriLoop(from(i), pivotOf(i), (p, w: Tensor) => addTo(w, columnOf(p), read(lu, p).mul(own).neg()), v);
      },
      y,
    );
    return np.take(z, indexTensor(inverse(symbolic.rowOrder)));
  };

  return { factor, solve, solveTransposed };
}

function read(x: Tensor, index: Tensor): Tensor {
  return x.at(index).get("clip");
}

function write(x: Tensor, index: Tensor, value: Tensor): Tensor {
  return x.at(index).set(value, "clip");
}

/** Adds to one element (or row). A scatter, because that reads and writes in place. */
function addTo(x: Tensor, index: Tensor, value: Tensor): Tensor {
  return x.at(reshapeTo(index, [1])).add(reshapeTo(value, [1, ...value.shape]), "clip");
}

const inverses = new WeakMap<Int32Array, Int32Array>();

/** The inverse of a permutation. */
export function inverse(permutation: Int32Array): Int32Array {
  let result = inverses.get(permutation);
  if (result === undefined) {
    result = new Int32Array(permutation.length);
    for (const [to, from] of permutation.entries()) result[from] = to;
    inverses.set(permutation, result);
  }
  return result;
}
