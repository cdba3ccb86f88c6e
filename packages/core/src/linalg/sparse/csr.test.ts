import { describe, expect, it } from "@jest/globals";
import { ArgumentError, DTypeError, ShapeError } from "../../util/errors.js";
import { grad } from "../../compile/grad.js";
import { jit } from "../../compile/jit.js";
import { vmap } from "../../compile/vmap.js";
import { checkGrads } from "../../testing/checkGrads.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { csr, csrFromDense, csrFromEntries } from "./csr.js";
import { sparsePattern } from "./pattern.js";

// [1 0 2 0; 0 0 0 0; 3 4 0 5]
const pattern = sparsePattern({ shape: [3, 4], rowPointers: [0, 2, 2, 5], columns: [0, 2, 0, 1, 3] });
const values = np.array([1, 2, 3, 4, 5]);
const A = csr(pattern, values);
const dense = np.array([
  [1, 0, 2, 0],
  [0, 0, 0, 0],
  [3, 4, 0, 5],
]);

describe("a sparse matrix", () => {
  it("has the products of the dense one", () => {
    expect(A.toDense().toArray()).toEqual(dense.toArray());
    expect(A.matvec([1, 2, 3, 4]).toArray()).toEqual([7, 0, 31]);
    expect(A.transposeMatvec([1, 2, 3]).toArray()).toEqual([10, 12, 2, 15]);
    const x = np.reshape(np.arange(8), [4, 2]);
    expect(A.matvec(x).toArray()).toEqual(dense.matmul(x).toArray());
    const y = np.reshape(np.arange(6), [3, 2]);
    expect(A.transposeMatvec(y).toArray()).toEqual(dense.T.matmul(y).toArray());
  });

  it("has a diagonal, a transpose, sums and multiples", () => {
    expect(A.diagonal().toArray()).toEqual([1, 0, 0]);
    expect(A.transpose().toDense().toArray()).toEqual(dense.T.toArray());
    expect(A.transpose().transpose().values.toArray()).toEqual(values.toArray());
    expect(A.add(A.scale(2)).toDense().toArray()).toEqual(dense.mul(3).toArray());
    const square = csrFromDense([
      [1, 2],
      [0, 3],
    ]);
    expect(square.diagonal().toArray()).toEqual([1, 3]);
    expect(A.withValues(values.mul(2)).matvec([1, 0, 0, 0]).toArray()).toEqual([2, 0, 6]);
  });

  it("is made of a dense one, with a pattern or without", () => {
    expect(csrFromDense(dense).pattern).toEqual(pattern);
    expect(csrFromDense(dense.add(1), pattern).values.toArray()).toEqual([2, 3, 4, 5, 6]);
    const traced = jit((m: Tensor) => csrFromDense(m, pattern).matvec([1, 1, 1, 1]));
    expect(traced(dense).toArray()).toEqual([3, 0, 12]);
  });

  it("adds values at one place, in the order in which they are given", () => {
    const sum = csrFromEntries({
      shape: [2, 2],
      rows: [1, 0, 1, 1],
      columns: [1, 0, 0, 1],
      values: [1e16, 1, 2, -1e16],
    });
    expect(sum.toDense().toArray()).toEqual([
      [1, 0],
      [2, 0],
    ]);
    const ordered = csrFromEntries({ shape: [1, 1], rows: [0, 0, 0], columns: [0, 0, 0], values: [1e16, 1, -1e16] });
    expect(ordered.values.toArray()).toEqual([1e16 + 1 - 1e16]);
    const shuffled = csrFromEntries({ shape: [2, 2], rows: [1, 0], columns: [1, 0], values: [5, 6] });
    expect(shuffled.toDense().toArray()).toEqual([
      [6, 0],
      [0, 5],
    ]);
  });

  it("works without entries", () => {
    const empty = csrFromEntries({ shape: [2, 3], rows: [], columns: [], values: new Float64Array(0) });
    expect(empty.matvec([1, 2, 3]).toArray()).toEqual([0, 0]);
    expect(empty.toDense().toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(empty.diagonal().toArray()).toEqual([0, 0]);
    expect(empty.transpose().shape).toEqual([3, 2]);
  });

  it("is differentiable in values and vectors, forward and in reverse, twice", () => {
    checkGrads(
      (v: Tensor, x: Tensor, y: Tensor) => {
        const matrix = csr(pattern, v);
        return matrix.matvec(x).square().mul(y).sum().add(matrix.transpose().matvec(y).sin().sum());
      },
      [values, np.linspace(-1, 1, 4), np.linspace(0.5, 2, 3)],
    );
    checkGrads((v: Tensor) => csr(pattern, v).toDense().square().sum().add(csr(pattern, v).diagonal().sum()), [values]);
  });

  it("is mapped over batches of values and of vectors", () => {
    const many = np.stack([values, values.mul(2)]);
    const x = np.array([1, 2, 3, 4]);
    const products = vmap((v: Tensor) => csr(pattern, v).matvec(x))(many);
    expect(products.toArray()).toEqual([
      [7, 0, 31],
      [14, 0, 62],
    ]);
    expect(vmap((y: Tensor) => A.transposeMatvec(y))(np.eye(3)).toArray()).toEqual(dense.toArray());
    expect(grad((v: Tensor) => csr(pattern, v).matvec(x).sum())(values).toArray()).toEqual([1, 3, 1, 2, 4]);
  });

  it("keeps float32", () => {
    const single = csr(pattern, values.astype("float32"));
    expect(single.matvec([1, 2, 3, 4]).dtype).toBe("float32");
    expect(() => single.matvec(np.ones([4]))).toThrow(DTypeError);
  });

  it("refuses what does not fit", () => {
    expect(() => csr(pattern, [1, 2])).toThrow(ShapeError);
    expect(() => csr(pattern, np.array([1, 2, 3, 4, 5], "int32"))).toThrow(DTypeError);
    expect(() => A.matvec([1, 2, 3])).toThrow(/\[4\] or \[4, k\]/);
    expect(() => A.matvec(np.zeros([4, 1, 1]))).toThrow(ShapeError);
    expect(() => A.add(A.transpose())).toThrow(ArgumentError);
    expect(() => csrFromDense([1, 2])).toThrow(ShapeError);
    expect(() => csrFromDense(dense.T, pattern)).toThrow(ShapeError);
    expect(() => csrFromEntries({ shape: [1, 1], rows: [0], columns: [0], values: [1, 2] })).toThrow(ShapeError);
  });
});
