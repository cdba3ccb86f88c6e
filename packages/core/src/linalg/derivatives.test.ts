import { describe, expect, it } from "@jest/globals";
import { grad } from "../compile/grad.js";
import { hessian } from "../compile/jacobian.js";
import { jit } from "../compile/jit.js";
import { checkGrads } from "../testing/checkGrads.js";
import { seededNumbers } from "../testing/linalgGolden.js";
import type { Tensor } from "../trace/tensor.js";
import { np } from "./np.js";

const { linalg } = np;

/** Well-conditioned: numbers from -0.5 to 0.5, and ones on the diagonal. */
function matrix(...shape: number[]): Tensor {
  return np.add(seededNumbers(shape, 17), np.eye(shape.at(-2) as number, shape.at(-1) as number));
}

/** Symmetric with eigenvalues well apart. */
function symmetric(n: number): Tensor {
  const a = seededNumbers([n, n], 23);
  return np.add(np.add(a, a.T).mul(0.25), np.eye(n).mul(np.arange(2, n + 2)));
}

const cases: readonly (readonly [string, (...args: Tensor[]) => unknown, readonly Tensor[]])[] = [
  ["solve", (a, b) => linalg.solve(a, b as Tensor), [matrix(3, 3), seededNumbers([3], 5)]],
  ["solve by loops", (a, b) => linalg.solve(a, b as Tensor), [matrix(9, 9), seededNumbers([9, 2], 5)]],
  ["solve of a batch", (a, b) => linalg.solve(a, b as Tensor), [matrix(2, 2, 2), seededNumbers([2, 2, 1], 5)]],
  ["inv", (a) => linalg.inv(a), [matrix(3, 3)]],
  ["triangularSolve", (a, b) => linalg.triangularSolve(a, b as Tensor), [matrix(4, 4), seededNumbers([4], 5)]],
  [
    "triangularSolve, transposed, with a unit diagonal",
    (a, b) => linalg.triangularSolve(a, b as Tensor, { lower: false, transposed: true, unitDiagonal: true }),
    [matrix(9, 9), seededNumbers([9], 5)],
  ],
  ["lu", (a) => linalg.lu(a), [matrix(3, 3)]],
  ["det", (a) => linalg.det(a), [matrix(3, 3)]],
  ["det by factors", (a) => linalg.det(a), [matrix(5, 5)]],
  ["slogDet", (a) => linalg.slogDet(a), [matrix(4, 4)]],
  ["cholesky", (a) => linalg.cholesky(a), [symmetric(3)]],
  ["cholesky by loops", (a) => linalg.cholesky(a), [symmetric(9)]],
  ["qr", (a) => linalg.qr(a), [matrix(4, 3)]],
  ["qr of a wide matrix", (a) => linalg.qr(a), [matrix(2, 4)]],
  ["eigh", (a) => linalg.eigh(a), [symmetric(3)]],
  ["svd", (a) => linalg.svd(a), [matrix(4, 2).mul([1, 3])]],
  ["svd of a wide matrix", (a) => linalg.svd(a), [matrix(2, 3).mul([[1], [3]])]],
  ["pinv", (a) => linalg.pinv(a), [matrix(3, 2)]],
  ["lstsq", (a, b) => linalg.lstsq(a, b as Tensor), [matrix(4, 2), seededNumbers([4], 5)]],
  ["expm", (a) => linalg.expm(a), [matrix(3, 3)]],
  ["expm with squarings", (a) => linalg.expm(a), [matrix(2, 2).mul(9)]],
  ["norm of rows", (a) => linalg.norm(a, { ord: 3, axis: 1 }), [matrix(3, 2)]],
  ["nuclear norm", (a) => linalg.norm(a, { ord: "nuc" }), [matrix(3, 2)]],
  ["matrixPower", (a) => linalg.matrixPower(a, -3), [matrix(2, 2)]],
];

describe("derivatives", () => {
  it.each(cases)("%s: forward and reverse agree with differences, to second order", (_, f, args) => {
    checkGrads(f, args as Tensor[], { order: 2, tolerance: 1e-5 });
  });

  it("of a determinant are finite and right where the matrix is singular", () => {
    const rank = (n: number, r: number): Tensor => np.matmul(seededNumbers([n, r], 3), seededNumbers([r, n], 4));
    for (const [n, r] of [
      [2, 1],
      [3, 2],
      [4, 3],
      [6, 5],
    ] as const) {
      checkGrads((a: Tensor) => linalg.det(a), [rank(n, r)], { order: 2, tolerance: 1e-7 });
    }
    // below rank n - 1 all minors vanish
    const gradient = grad((a: Tensor) => linalg.det(a));
    for (const singular of [rank(3, 1), rank(5, 3), np.zeros([4, 4]), np.zeros([2, 2])]) {
      expect(linalg.norm(gradient(singular), { ord: Infinity }).item()).toBeLessThan(1e-15);
    }
    // a column of zeros is no last pivot
    const column = matrix(4, 4).mul([1, 0, 1, 1]);
    checkGrads((a: Tensor) => linalg.det(a), [column], { order: 2, tolerance: 1e-7 });
  });

  it("of what does not depend on the choice of vectors hold where eigenvalues or singular values are equal", () => {
    const equal = np.eye(3);
    // the sum of f(eigenvalue), here of cubes: its derivative is 3 a^2
    const cubes = (a: Tensor): Tensor => np.sum(np.power(linalg.eigh(a).eigenvalues, 3));
    expect(grad(cubes)(equal).toArray()).toEqual(equal.mul(3).toArray());
    // the projector on the space of the two equal ones
    const { q } = linalg.qr(matrix(3, 3));
    const pair = np.matmul(np.multiply(q, [1, 1, 2]), q.T);
    const projector = (a: Tensor): Tensor => {
      const vectors = linalg.eigh(a).eigenvectors.slice(null, [0, 2]);
      return np.matmul(vectors, vectors.T);
    };
    checkGrads(projector, [pair], { order: 1 });
    // the nuclear norm of twice the identity: u vh
    expect(grad((a: Tensor) => linalg.norm(a, { ord: "nuc" }))(equal.mul(2)).toArray()).toEqual(equal.toArray());
    for (const each of [equal, np.zeros([3, 2])]) {
      const gradient = jit(grad((a: Tensor) => np.sum(linalg.svd(a).u).add(np.sum(linalg.svd(a).vh))))(each);
      expect(np.all(np.isfinite(gradient)).item()).toBe(1);
    }
  });

  it("of log det are the inverse, and minus its square", () => {
    const logDet = (x: Tensor): Tensor => linalg.slogDet(np.reshape(x, [2, 2])).logAbsDet;
    // log(x0 x3) and so on: at the identity
    const second = np.array([
      [-1, 0, 0, 0],
      [0, 0, -1, 0],
      [0, -1, 0, 0],
      [0, 0, 0, -1],
    ]);
    expect(np.all(np.equal(hessian(logDet)(np.array([1, 0, 0, 1])), second)).item()).toBe(1);
  });

  it("of a norm are zero at zero", () => {
    expect(grad((x: Tensor) => linalg.norm(x))(np.zeros(3)).toArray()).toEqual([0, 0, 0]);
    expect(grad((x: Tensor) => linalg.norm(x, { ord: 3 }))(np.zeros(3)).toArray()).toEqual([0, 0, 0]);
  });

  it("go to all that a solution depends on, through loops and batches", () => {
    const f = (a: Tensor, b: Tensor): Tensor => {
      const x = linalg.solve(a, np.expandDims(b, -1));
      return np.sum(np.square(linalg.solve(np.matmul(a, a), x)));
    };
    checkGrads(f, [matrix(3, 3), seededNumbers([2, 3], 8)], { order: 2 });
  });
});
