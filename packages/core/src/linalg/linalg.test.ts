import { describe, expect, it } from "@jest/globals";
import { grad } from "../compile/grad.js";
import { jit } from "../compile/jit.js";
import { seededNumbers } from "../testing/linalgGolden.js";
import type { Tensor } from "../trace/tensor.js";
import { DTypeError, ArgumentError, NumericalError, ShapeError } from "../util/errors.js";
import { np } from "./np.js";

const { linalg } = np;

function distance(a: Tensor, b: Tensor): number {
  return np.max(np.abs(np.subtract(a, b))).item();
}

function definite(...shape: number[]): Tensor {
  const a = seededNumbers(shape, 7);
  return np.add(np.matmul(a, np.moveaxis(a, -1, -2)), np.eye(shape.at(-1) as number));
}

describe("systems", () => {
  it("read b as NumPy does, and broadcast leading axes", () => {
    expect(linalg.solve([[2, 1], [1, 3]], [3, 5]).toArray()).toEqual([0.8, 1.4]); // prettier-ignore
    expect(linalg.solve(definite(4, 1, 3, 3), np.ones([2, 3, 5])).shape).toEqual([4, 2, 3, 5]);
    expect(linalg.solve(definite(4, 3, 3), np.ones(3)).shape).toEqual([4, 3]);
    expect(() => linalg.solve(definite(3, 3), np.ones(2))).toThrow(/equally many rows.*a: \[3, 3\], b: \[2\]/);
    expect(() => linalg.solve(definite(2, 3, 3), np.ones([4, 3, 1]))).toThrow(/leading axes do not broadcast/);
    expect(() => linalg.solve(definite(2, 2), np.ones(2).astype("float32"))).toThrow(DTypeError);
  });

  it("exchange rows where a pivot would be zero or small", () => {
    const a = np.array([[1e-20, 1, 0], [1, 1, 2], [0, 3, 1]]); // prettier-ignore
    const x = np.array([1, 2, 3]);
    expect(distance(linalg.solve(a, np.matmul(a, x)), x)).toBeLessThan(1e-15);
    const cycle = np.roll(np.eye(9), 4, 0);
    expect(linalg.det(cycle).item()).toBe(1);
    expect(linalg.slogDet(np.roll(np.eye(8), 3, 0)).sign.item()).toBe(-1);
    expect(linalg.inv(cycle).toArray()).toEqual(cycle.T.toArray());
  });

  it("fail by name where a matrix is singular, and not where that is asked for", () => {
    for (const n of [3, 9]) {
      const singular = np.ones([n, n]);
      for (const f of [
        () => linalg.solve(singular, np.ones(n)),
        () => jit((a: Tensor) => linalg.solve(a, np.ones(n)))(singular),
        () => linalg.solve(np.stack([np.eye(n), singular]), np.ones(n)),
      ]) {
        expect(f).toThrow(NumericalError);
        expect(f).toThrow(/np.linalg.solve: the matrix is singular.*lstsq.*check: false/);
      }
      expect(() => linalg.inv(singular)).toThrow(/np.linalg.inv: the matrix is singular/);
      expect(np.all(np.isfinite(linalg.solve(singular, np.arange(n), { check: false }))).item()).toBe(0);
      expect(() => linalg.solve(np.full([n, n], NaN), np.ones(n))).toThrow(NumericalError);
      expect(linalg.det(singular).item()).toBe(0);
      const { sign, logAbsDet } = linalg.slogDet(singular);
      expect([sign.item(), logAbsDet.item()]).toEqual([0, -Infinity]);
      expect(() => grad((a: Tensor) => linalg.slogDet(a).logAbsDet)(singular)).toThrow(/slogDet.*singular/);
      const { p, l, u } = linalg.lu(singular);
      expect(np.matmul(p, np.matmul(l, u)).toArray()).toEqual(singular.toArray());
    }
    expect(() => linalg.triangularSolve(np.zeros([2, 2]), [1, 1])).toThrow(/triangularSolve: the matrix is singular/);
  });

  it("are triangular in four ways, and do not read the other triangle", () => {
    const a = np.add(definite(8, 8), np.where(np.equal(np.eye(8), 1), 0, 1));
    const junk = np.where(np.equal(np.tril(np.ones([8, 8])), 1), a, NaN);
    const b = seededNumbers([8, 2], 4);
    const lower = np.tril(a);
    expect(distance(np.matmul(lower, linalg.triangularSolve(junk, b)), b)).toBeLessThan(1e-13);
    expect(distance(np.matmul(lower.T, linalg.triangularSolve(junk, b, { transposed: true })), b)).toBeLessThan(1e-13);
    expect(distance(np.matmul(lower.T, linalg.triangularSolve(junk.T, b, { lower: false })), b)).toBeLessThan(1e-13);
    const unit = np.add(np.tril(a, -1), np.eye(8));
    const x = linalg.triangularSolve(junk, b, { unitDiagonal: true });
    expect(distance(np.matmul(unit, x), b)).toBeLessThan(1e-10);
  });
});

describe("factorizations", () => {
  it("of matrices without full rank are orthonormal all the same", () => {
    const deficient = np.matmul(seededNumbers([6, 2], 3), seededNumbers([2, 5], 4));
    for (const a of [deficient, np.zeros([4, 3]), deficient.T, np.ones([3, 3])]) {
      const { u, s, vh } = linalg.svd(a);
      const one = np.eye(s.shape[0] as number);
      expect(distance(np.matmul(np.multiply(u, s), vh), a)).toBeLessThan(1e-15);
      expect(distance(np.matmul(u.T, u), one)).toBeLessThan(2e-15);
      expect(distance(np.matmul(vh, vh.T), one)).toBeLessThan(2e-15);
      const { q, r } = linalg.qr(a);
      expect(distance(np.matmul(q, r), a)).toBeLessThan(1e-15);
      expect(distance(np.matmul(q.T, q), np.eye(q.shape[1] as number))).toBeLessThan(2e-15);
      const x = linalg.pinv(a);
      expect(distance(np.matmul(np.matmul(a, x), a), a)).toBeLessThan(2e-15);
      expect(distance(np.matmul(a, x), np.matmul(a, x).T)).toBeLessThan(2e-15);
    }
  });

  it("find singular values that are small, and matrices that are very large or small", () => {
    const a = np.multiply(linalg.qr(seededNumbers([3, 3], 2)).q, [1, 1e-8, 1e-16]);
    const { s } = linalg.svd(a);
    [1, 1e-8, 1e-16].forEach((value, i) => expect(Math.abs(s.slice(i).item() / value - 1)).toBeLessThan(1e-15));
    for (const scale of [1e-200, 1e200]) {
      const wanted = linalg.svd(definite(3, 3)).s.mul(scale);
      expect(
        np.max(np.abs(np.subtract(np.divide(linalg.svd(definite(3, 3).mul(scale)).s, wanted), 1))).item(),
      ).toBeLessThan(1e-14);
      const values = linalg.eigh(definite(3, 3)).eigenvalues.mul(scale);
      expect(
        np.max(np.abs(np.subtract(np.divide(linalg.eigh(definite(3, 3).mul(scale)).eigenvalues, values), 1))).item(),
      ).toBeLessThan(1e-14);
      const { q } = linalg.qr(definite(3, 3).mul(scale));
      expect(distance(np.matmul(q.T, q), np.eye(3))).toBeLessThan(1e-15);
    }
  });

  it("of 40 rows converge, with equal eigenvalues as well", () => {
    const { q } = linalg.qr(seededNumbers([40, 40], 5));
    const values = np.floor(np.divide(np.arange(40), 4));
    const a = np.matmul(np.multiply(q, values), q.T);
    const { eigenvalues, eigenvectors } = linalg.eigh(a);
    expect(distance(eigenvalues, values)).toBeLessThan(3e-13);
    expect(distance(np.matmul(np.multiply(eigenvectors, eigenvalues), eigenvectors.T), a)).toBeLessThan(3e-13);
    const { s } = linalg.svd(a);
    expect(distance(np.flip(s), values)).toBeLessThan(3e-13);
  });

  it("fix signs: the largest entry of each vector is positive", () => {
    const isPositive = (vectors: Tensor): number =>
      np.all(np.equal(np.max(vectors, 0), np.max(np.abs(vectors), 0))).item();
    const a = seededNumbers([5, 3], 11);
    expect(isPositive(linalg.eigh(definite(5, 5)).eigenvectors)).toBe(1);
    expect(isPositive(linalg.svd(a).u)).toBe(1);
    expect(isPositive(linalg.svd(a.T).u)).toBe(1);
  });

  it("fail by name where there is none", () => {
    const indefinite = np.array([[1, 2], [2, 1]]); // prettier-ignore
    expect(() => linalg.cholesky(indefinite)).toThrow(/np.linalg.cholesky: the matrix is not positive definite.*eigh/);
    expect(np.any(np.isnan(linalg.cholesky(indefinite, { check: false }))).item()).toBe(1);
    const bad = np.array([[1, NaN], [2, 1]]); // prettier-ignore
    expect(() => linalg.eigh(bad)).toThrow(/np.linalg.eigh: .*not finite/);
    expect(() => linalg.svd(bad)).toThrow(/np.linalg.svd: .*not finite/);
    expect(() => linalg.expm(bad)).toThrow(/np.linalg.expm: .*not finite/);
    expect(() => linalg.expm([[1000]])).toThrow(NumericalError);
    expect(() => linalg.expm([[Infinity]])).toThrow(NumericalError);
  });
});

describe("functions of matrices", () => {
  it("exponentials of rotations turn, however far", () => {
    const angle = 100;
    const turned = linalg.expm([[0, -angle], [angle, 0]]); // prettier-ignore
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    expect(distance(turned, np.array([[c, -s], [s, c]]))).toBeLessThan(1e-12); // prettier-ignore
    const nilpotent = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]]); // prettier-ignore
    expect(distance(linalg.expm(nilpotent), np.array([[1, 1, 0.5], [0, 1, 1], [0, 0, 1]]))).toBeLessThan(1e-15); // prettier-ignore
  });

  it("powers take whole exponents", () => {
    const a = np.array([[1, 1], [1, 0]]); // prettier-ignore
    expect(linalg.matrixPower(a, 10).toArray()).toEqual([[89, 55], [55, 34]]); // prettier-ignore
    expect(linalg.matrixPower(a, 0).toArray()).toEqual([[1, 0], [0, 1]]); // prettier-ignore
    expect(linalg.matrixPower(a, -1).toArray()).toEqual([[0, 1], [1, -1]]); // prettier-ignore
    expect(() => linalg.matrixPower(a, 0.5)).toThrow(ArgumentError);
  });

  it("norms are those of NumPy", () => {
    const a = np.array([[3, -4], [0, 12]]); // prettier-ignore
    expect(linalg.norm(a).item()).toBe(13);
    expect(linalg.norm(a, { axis: 1 }).toArray()).toEqual([5, 12]);
    expect(linalg.norm(a, { axis: 0, ord: 1, keepDims: true }).toArray()).toEqual([[3, 16]]);
    expect(linalg.norm(a, { ord: 1 }).item()).toBe(16);
    expect(linalg.norm(a, { ord: -1 }).item()).toBe(3);
    expect(linalg.norm(a, { ord: Infinity }).item()).toBe(12);
    expect(linalg.norm(a, { ord: -Infinity }).item()).toBe(7);
    expect(linalg.norm([3, -4], { ord: -Infinity }).item()).toBe(3);
    expect(linalg.norm(np.stack([a, a]), { ord: "fro", axis: [1, 2] }).toArray()).toEqual([13, 13]);
    expect(linalg.norm(np.stack([a, a]), { axis: [2, 0], ord: 1, keepDims: true }).shape).toEqual([1, 2, 1]);
    expect(
      Math.abs(
        linalg
          .norm(a, { ord: 2 })
          .mul(linalg.norm(a, { ord: -2 }))
          .item() - 36,
      ),
    ).toBeLessThan(1e-13);
    expect(() => linalg.norm(a, { ord: 3 })).toThrow(/no such norm of matrices/);
    expect(() => linalg.norm([1, 2], { ord: "nuc" })).toThrow(/no such norm of vectors/);
    expect(() => linalg.norm(np.ones([2, 2, 2]), { ord: 2 })).toThrow(ShapeError);
    expect(() => linalg.norm(a, { axis: [0, 0] })).toThrow(ArgumentError);
  });

  it("least squares take the least solution where many fit", () => {
    const a = np.array([[1, 1], [2, 2]]); // prettier-ignore
    expect(distance(linalg.lstsq(a, [1, 2]), np.array([0.5, 0.5]))).toBeLessThan(1e-15);
    expect(distance(linalg.lstsq(a, [1, 2], { rcond: 2 }), np.zeros(2))).toBe(0);
    expect(() => linalg.lstsq(a, [1, 2, 3])).toThrow(/equally many rows/);
  });
});
