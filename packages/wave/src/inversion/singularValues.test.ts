import { describe, expect, it } from "@jest/globals";
import { ArgumentError, np, ShapeError, type Tensor } from "@simgrad/core";
import { gaussianNoise } from "./noise.js";
import { resolution } from "./resolution.js";
import { singularValues } from "./singularValues.js";

const random = (rows: number, columns: number, seed: number): Tensor =>
  gaussianNoise(np.zeros([rows, columns]), { sigma: 1, seed });
const largest = (tensor: Tensor): number => np.max(np.abs(tensor)).item();
const transposed = (tensor: Tensor): Tensor => np.transpose(tensor, [1, 0]);

describe("singularValues", () => {
  it.each([
    [7, 7],
    [12, 5],
    [5, 12],
    [6, 1],
    [1, 6],
  ])("puts a matrix of %i rows and %i columns together again, from orthonormal patterns", (rows, columns) => {
    const matrix = random(rows, columns, rows * 31 + columns);
    const { values, left, right } = singularValues(matrix);
    const k = Math.min(rows, columns);
    expect([values.shape, left.shape, right.shape]).toEqual([[k], [rows, k], [columns, k]]);
    expect(largest(np.sub(np.matmul(left.mul(values), transposed(right)), matrix))).toBeLessThan(1e-13);
    expect(largest(np.sub(np.matmul(transposed(left), left), np.eye(k)))).toBeLessThan(1e-13);
    expect(largest(np.sub(np.matmul(transposed(right), right), np.eye(k)))).toBeLessThan(1e-13);
    const sorted = Array.from(values.data);
    expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
  });

  it("finds the values of Hilbert's matrix of order 4", () => {
    const hilbert = np.array(
      Array.from({ length: 4 }, (_, i) => Array.from({ length: 4 }, (__, j) => 1 / (i + j + 1))),
    );
    // Roots of the characteristic polynomial: coefficients over the rationals by Faddeev and LeVerrier, Newton's method in 60 digits.
    const exact = [1.5002142800592428, 0.16914122022145003, 0.0067382736057607483, 9.6702304022586887e-5];
    const { values } = singularValues(hilbert);
    exact.forEach((value, i) => expect(values.data[i]! / value).toBeCloseTo(1, 12));
  });

  it("gives zeros where columns depend on each other", () => {
    const { values, left } = singularValues(
      np.array([
        [1, 2, 0],
        [2, 4, 0],
        [3, 6, 0],
      ]),
    );
    expect(values.data[0]).toBeCloseTo(Math.sqrt(70), 12);
    expect(values.data[2]).toBe(0);
    expect(largest(left)).toBeLessThanOrEqual(1);
  });

  it("refuses what is no matrix of finite numbers", () => {
    expect(() => singularValues(np.ones(3))).toThrow(ShapeError);
    expect(() => singularValues(np.array([[1, NaN]]))).toThrow(ArgumentError);
  });
});

describe("resolution", () => {
  it("is the identity without damping worth the name, and of rank 1 where one pattern stands out", () => {
    const decomposition = singularValues(
      np.array([
        [3, 0],
        [0, 1e-3],
      ]),
    );
    const fine = resolution(decomposition, 1e-6);
    expect(fine.count).toBeCloseTo(2, 5);
    expect(largest(np.sub(fine.matrix, np.eye(2)))).toBeLessThan(1e-5);
    const coarse = resolution(decomposition, 0.1);
    expect(Array.from(coarse.diagonal.data).map((value) => Number(value.toFixed(2)))).toEqual([1, 0]);
    expect(() => resolution(decomposition, 0)).toThrow(ArgumentError);
  });

  it("is how a damped inversion maps true parameters to found ones", () => {
    const matrix = random(9, 4, 5);
    const truth = np.array([1, -2, 0.5, 3]);
    const damping = 0.7;
    const { values, left, right } = singularValues(matrix);
    const filter = values.div(np.square(values).add(damping ** 2));
    const found = np.matmul(right.mul(filter), np.matmul(transposed(left), np.matmul(matrix, truth)));
    const predicted = np.matmul(resolution({ values, left, right }, damping).matrix, truth);
    expect(largest(np.sub(found, predicted))).toBeLessThan(1e-13);
  });
});
