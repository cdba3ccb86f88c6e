import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError, TreeError } from "../../util/errors.js";
import { grad } from "../../compile/grad.js";
import { jit } from "../../compile/jit.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { boxParametrization } from "./box.js";
import { bspline, bsplineMatrix } from "./bspline.js";
import { leastSquaresInverse } from "./leastSquares.js";
import { linearMap } from "./linearMap.js";
import { logParametrization } from "./log.js";
import type { Parametrization } from "./parametrization.js";
import { composed, perLeaf } from "./perLeaf.js";
import { softplusParametrization } from "./softplus.js";

const kinds: readonly (readonly [string, Parametrization, (z: number) => number])[] = [
  ["log", logParametrization(), (z) => Math.exp(z)],
  ["softplus", softplusParametrization({ scale: 0.5 }), (z) => 0.5 * Math.log1p(Math.exp(z / 0.5))],
  ["box", boxParametrization({ lower: 0, upper: 30 }), (z) => 30 / (1 + Math.exp(-z))],
];

describe.each(kinds)("%s", (_, parametrization, formula) => {
  const values = [1e-9, 0.3, 2, 29];

  it("maps coordinates by its formula", () => {
    const z = [-3, 0, 0.7, 5];
    const p = parametrization.toParams({ a: np.array(z) }).a;
    z.forEach((value, i) => expect(p.data[i]).toBeCloseTo(formula(value), 12));
  });

  it("finds the coordinates of given parameters", () => {
    const params = { a: np.array(values), b: [np.array(1)] };
    const back = parametrization.toParams(parametrization.fromParams(params));
    values.forEach((value, i) => expect(Math.abs((back.a.data[i] as number) / value - 1)).toBeLessThan(1e-7));
    expect(back.b[0]?.item()).toBeCloseTo(1, 14);
  });

  it("has the derivative of its formula, finite far out", () => {
    const gradient = grad((z: Tensor) => np.sum(parametrization.toParams(z)));
    const slope = (formula(0.4 + 1e-6) - formula(0.4 - 1e-6)) / 2e-6;
    expect(gradient(np.array(0.4)).item()).toBeCloseTo(slope, 7);
    for (const z of [-600, 600]) expect(Number.isFinite(gradient(np.array(z)).item())).toBe(true);
  });

  it("keeps float32 and leaves integers alone", () => {
    const params = { a: np.array([1], "float32"), n: np.array([7], "int32") };
    const z = parametrization.fromParams(params);
    expect(z.a.dtype).toBe("float32");
    expect(z.n.toArray()).toEqual([7]);
    expect(parametrization.toParams(z).n.dtype).toBe("int32");
  });

  it("refuses parameters that it cannot express, by name", () => {
    for (const value of [-1, 0, NaN, Infinity]) {
      expect(() => parametrization.fromParams({ c: { d: np.array([1, value]) } })).toThrow(/params\.c\.d at entry 1/);
    }
    expect(() => parametrization.fromParams(np.array(-1))).toThrow(ArgumentError);
  });

  it("passes through a compiled function", () => {
    const both = jit((z: Tensor) => parametrization.fromParams(parametrization.toParams(z)));
    expect(both(np.array([0.25])).data[0]).toBeCloseTo(0.25, 13);
  });
});

describe("boxParametrization", () => {
  it("takes bounds for each leaf, and for each entry", () => {
    const box = boxParametrization({
      lower: { a: 0, b: np.array([1, 2]) },
      upper: { a: np.array(1), b: np.array([2, 4]) },
    });
    const p = box.toParams({ a: np.array([0, 0]), b: np.array([0, 0]) });
    expect(p.a.toArray()).toEqual([0.5, 0.5]);
    expect(p.b.toArray()).toEqual([1.5, 3]);
    expect(() => box.fromParams({ a: np.array(0.5), b: np.array([1.5, 1.9]) })).toThrow(/params\.b at entry 1/);
  });

  it("refuses bounds that leave no room", () => {
    expect(() => boxParametrization({ lower: 1, upper: 1 })).toThrow(ArgumentError);
    expect(() => boxParametrization({ lower: 0, upper: Infinity })).toThrow(ArgumentError);
    expect(() => boxParametrization({ lower: np.array([0, 3]), upper: 2 })).toThrow(/lower: 3, upper: 2/);
  });

  it("refuses bounds that are not built as the parameters are", () => {
    const box = boxParametrization({ lower: { a: 0 }, upper: { a: 1 } });
    expect(() => box.toParams<unknown>({ b: np.array(0) })).toThrow(TreeError);
  });
});

describe("softplusParametrization", () => {
  it("is the parameter itself far above its scale, both ways", () => {
    const parametrization = softplusParametrization({ scale: 1e-3 });
    expect(parametrization.toParams(np.array(1)).item()).toBeCloseTo(1, 14);
    expect(parametrization.fromParams(np.array(1)).item()).toBeCloseTo(1, 14);
    expect(() => softplusParametrization({ scale: 0 })).toThrow(ArgumentError);
  });
});

describe("bspline", () => {
  it("has the values of scipy 1.17.1's design matrix: cubic, 8 coefficients, 11 points", () => {
    const matrix = bsplineMatrix({ coefficients: 8, points: 11 });
    const expected: readonly (readonly [number, readonly number[]])[] = [
      [0, [1, 0, 0, 0, 0, 0, 0, 0]],
      [1, [0.125, 0.59375, 0.2604166666666667, 0.020833333333333336, 0, 0, 0, 0]],
      [4, [0, 0, 0.1666666666666666, 0.6666666666666665, 0.16666666666666666, 0, 0, 0]],
      [10, [0, 0, 0, 0, 0, 0, 0, 1]],
    ];
    for (const [row, values] of expected) {
      values.forEach((value, i) => expect(matrix.data[row * 8 + i]).toBeCloseTo(value, 15));
    }
  });

  it.each([0, 1, 2, 3, 5])("sums to 1 at every point: degree %i", (degree) => {
    const sums = np.sum(bsplineMatrix({ coefficients: degree + 4, points: 37, degree }), 1);
    sums.data.forEach((sum) => expect(sum).toBeCloseTo(1, 13));
  });

  it("finds the coefficients of a cubic exactly, and gives it back", () => {
    const x = np.linspace(0, 1, 1000);
    const cubic = np.add(np.mul(np.power(x, 3), 2), np.sub(1, x));
    const parametrization = bspline({ coefficients: 8, points: 1000 });
    const z = parametrization.fromParams(cubic);
    expect(z.shape).toEqual([8]);
    const back = parametrization.toParams(z);
    back.data.forEach((value, i) => expect(value).toBeCloseTo(cubic.data[i] as number, 13));
  });

  it("refuses numbers that allow no spline, and leaves of other shapes", () => {
    expect(() => bspline({ coefficients: 3, points: 100 })).toThrow(/whole number from 4 on/);
    expect(() => bspline({ coefficients: 8, points: 7 })).toThrow(ArgumentError);
    expect(() => bspline({ coefficients: 8, points: 100, degree: -1 })).toThrow(ArgumentError);
    expect(() => bspline({ coefficients: 8, points: 100 }).fromParams(np.zeros(99))).toThrow(ShapeError);
    expect(() => bspline({ coefficients: 8, points: 100 }).toParams(np.zeros([8, 1]))).toThrow(/perLeaf/);
  });
});

describe("linearMap", () => {
  const matrix = [
    [1, 0],
    [1, 1],
    [1, 2],
  ];

  it("maps coordinates to a parameter of its shape, and back to the nearest", () => {
    const line = linearMap({ matrix, offset: [0, 0, 1], shape: [3, 1] });
    expect(line.toParams(np.array([1, 2])).toArray()).toEqual([[1], [3], [6]]);
    const z = line.fromParams(np.array([[1], [3], [6]]));
    expect(z.data[0]).toBeCloseTo(1, 14);
    expect(z.data[1]).toBeCloseTo(2, 14);
    // The line of least squares through (0, 0), (1, 0), (2, 3).
    const nearest = linearMap({ matrix }).fromParams(np.array([0, 0, 3]));
    expect(nearest.data[0]).toBeCloseTo(-0.5, 14);
    expect(nearest.data[1]).toBeCloseTo(1.5, 14);
  });

  it("refuses matrices that determine no coordinates", () => {
    expect(() => linearMap({ matrix: [[1, 2]] })).toThrow(ShapeError);
    expect(() => linearMap({ matrix: [1, 2] })).toThrow(ShapeError);
    expect(() => linearMap({ matrix, shape: [2] })).toThrow(ShapeError);
    expect(() => linearMap({ matrix, offset: [1] })).toThrow(ShapeError);
    const twice = [
      [1, 2],
      [2, 4],
      [3, 6],
    ];
    expect(() => linearMap({ matrix: twice })).toThrow(/depend on each other/);
    expect(() => linearMap({ matrix: [[NaN]] })).toThrow(ArgumentError);
    expect(() => leastSquaresInverse("test", [0, 0], 2, 1)).toThrow(ArgumentError);
  });
});

describe("perLeaf and composed", () => {
  it("give each part its own parametrization, and leave the rest", () => {
    const parts = perLeaf({
      speed: composed(logParametrization(), bspline({ coefficients: 4, points: 10 })),
      rates: [null, logParametrization()],
    });
    const params = { speed: np.full([10], 2), rates: [np.array(-1), { a: np.array(1) }], count: np.array(3) };
    const z = parts.fromParams(params);
    expect((z.speed as Tensor).shape).toEqual([4]);
    (z.speed as Tensor).data.forEach((value) => expect(value).toBeCloseTo(Math.log(2), 13));
    const back = parts.toParams(z);
    back.speed.data.forEach((value) => expect(value).toBeCloseTo(2, 13));
    expect((back.rates[0] as Tensor).item()).toBe(-1);
    expect((back.rates[1] as { a: Tensor }).a.item()).toBe(1);
    expect(back.count.item()).toBe(3);
    expect(parts.name).toBe("{speed: composed(log, bspline(4)), rates: {0: as it is, 1: log}}");
  });

  it("differentiate through every part", () => {
    const parts = perLeaf({ a: logParametrization() });
    const gradient = grad((z: { a: Tensor; b: Tensor }) => {
      const params = parts.toParams(z);
      return np.mul(params.a, params.b);
    })({ a: np.array(0), b: np.array(5) });
    expect([gradient.a.item(), gradient.b.item()]).toEqual([5, 1]);
  });

  it("refuse parts that the parameters do not have", () => {
    expect(() => perLeaf({ sped: logParametrization() }).toParams({ speed: np.array(1) })).toThrow(/z\.sped.*speed/);
    expect(() => perLeaf({ speed: { a: logParametrization() } }).toParams({ speed: np.array(1) })).toThrow(TreeError);
  });
});
