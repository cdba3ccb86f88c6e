import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError, TreeError } from "../util/errors.js";
import { grad } from "../compile/grad.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { boxBarrier } from "./boxBarrier.js";
import { halfSquared } from "./halfSquared.js";
import { l1 } from "./l1.js";
import { regularize } from "./regularize.js";
import type { Regularizer } from "./regularizer.js";
import { tikhonov } from "./tikhonov.js";
import { totalVariation } from "./totalVariation.js";

const c = [1, 1.5, 0.5, 2, 1.8];

/** Largest distance of the gradient from central differences. */
function gradientError(regularizer: Regularizer, at: readonly number[]): number {
  const gradient = grad((x: Tensor) => regularizer(x))(np.array(at));
  const h = 1e-6;
  return Math.max(
    ...at.map((_, i) => {
      const moved = (by: number): number =>
        regularizer(np.array(at.map((value, j) => (j === i ? value + by : value)))).item();
      return Math.abs((moved(h) - moved(-h)) / (2 * h) - (gradient.data[i] as number));
    }),
  );
}

describe.each<readonly [string, Regularizer]>([
  ["tikhonov of order 0", tikhonov({ alpha: 0.3, order: 0 })],
  ["tikhonov of order 1", tikhonov({ alpha: 0.3, order: 1, dx: 0.5 })],
  ["tikhonov of order 2", tikhonov({ alpha: 0.3, dx: 0.5 })],
  ["tikhonov of order 3", tikhonov({ alpha: 0.3, order: 3, dx: 0.5 })],
  ["totalVariation", totalVariation({ alpha: 0.3, epsilon: 0.01, dx: 0.5 })],
  ["boxBarrier", boxBarrier({ alpha: 0.3, lower: 0, upper: 3 })],
])("%s", (_, regularizer) => {
  it("has the gradient of its value", () => {
    expect(gradientError(regularizer, c)).toBeLessThan(1e-7);
  });

  it("adds up floating leaves, and passes over others", () => {
    const single = regularizer(np.array(c)).item();
    expect(regularizer({ a: [np.array(c), np.array(c)], n: np.array(3, "int32") }).item()).toBeCloseTo(2 * single, 13);
    expect(regularizer(np.array(c, "float32")).dtype).toBe("float32");
    expect(() => regularizer({ n: np.array(3, "int32") })).toThrow(ArgumentError);
  });
});

describe("tikhonov", () => {
  it("is alpha / (2 n) times the squares of differences over dx^k", () => {
    const difference = (values: readonly number[]): number[] =>
      values.slice(1).map((value, i) => (value - (values[i] as number)) / 0.5);
    let at: number[] = c;
    for (const order of [0, 1, 2, 3]) {
      const expected = (0.3 / (2 * 5)) * at.reduce((sum, value) => sum + value * value, 0);
      expect(tikhonov({ alpha: 0.3, order, dx: 0.5 })(np.array(c)).item()).toBeCloseTo(expected, 11);
      at = difference(at);
    }
  });

  it("is 0 for a line at order 2, and takes the axis for one of length 1", () => {
    expect(tikhonov({ alpha: 1 })(np.linspace(0, 1, 50)).item()).toBeLessThan(1e-22);
    expect(tikhonov({ alpha: 1, order: 1 })(np.linspace(0, 3, 10)).item()).toBeCloseTo((9 * 9) / 20, 12);
  });

  it("adds the axes of a field, or takes the chosen ones", () => {
    const field = np.array([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(tikhonov({ alpha: 12, order: 1, dx: 1 })(field).item()).toBeCloseTo(3 * 9 + 4, 13);
    expect(tikhonov({ alpha: 12, order: 1, dx: [1, 2] })(field).item()).toBeCloseTo(3 * 9 + 4 / 4, 13);
    expect(tikhonov({ alpha: 12, order: 1, dx: 1, axes: [-1] })(field).item()).toBeCloseTo(4, 13);
  });

  it("compares with a reference", () => {
    const near = tikhonov({ alpha: 2, order: 0, reference: { c: np.array([1, 2]) } });
    expect(near({ c: np.array([1, 4]) }).item()).toBe(2);
    expect(() => near({ d: np.array([1, 4]) })).toThrow(TreeError);
    expect(() => near({ c: np.array([1]) })).toThrow(ShapeError);
  });

  it("works on the part that is chosen", () => {
    interface Params {
      readonly speed: Tensor;
      readonly gain: Tensor;
    }
    const smooth = tikhonov({ alpha: 1, of: ({ speed }: Params) => speed });
    expect(smooth({ speed: np.linspace(0, 1, 5), gain: np.array(3) }).item()).toBeLessThan(1e-25);
    expect(() => tikhonov({ alpha: 1 })({ speed: np.linspace(0, 1, 5), gain: np.array(3) })).toThrow(/params\.gain/);
  });

  it("is half the square of its residual", () => {
    const smooth = tikhonov({ alpha: 0.3, order: 1, dx: 0.5 });
    const r = smooth.residual?.(np.array(c)) as Tensor;
    expect(np.sum(np.square(r)).item() / 2).toBeCloseTo(smooth(np.array(c)).item(), 14);
  });

  it("refuses options out of range, and axes that are too short", () => {
    expect(() => tikhonov({ alpha: -1 })).toThrow(ArgumentError);
    expect(() => tikhonov({ alpha: NaN })).toThrow(ArgumentError);
    expect(() => tikhonov({ alpha: 1, order: 1.5 })).toThrow(ArgumentError);
    expect(() => tikhonov({ alpha: 1, dx: 0 })).toThrow(ArgumentError);
    expect(() => tikhonov({ alpha: 1 })(np.zeros(2))).toThrow(/at least 3 points/);
    expect(() => tikhonov({ alpha: 1, axes: [1] })(np.zeros(5))).toThrow(ShapeError);
  });
});

describe("totalVariation", () => {
  it("is the mean slope where epsilon is small", () => {
    const jumps = totalVariation({ alpha: 1, epsilon: 1e-12, dx: 1 })(np.array([0, 0, 2, 2, 1])).item();
    expect(jumps).toBeCloseTo(3 / 5, 10);
    expect(totalVariation({ alpha: 1, epsilon: 1e-3 })(np.full([7], 3)).item()).toBe(0);
  });

  it("takes the length of the gradient of a field", () => {
    const field = np.array([
      [0, 0],
      [0, 5],
    ]);
    expect(totalVariation({ alpha: 4, epsilon: 1e-12, dx: 1 })(field).item()).toBeCloseTo(10, 9);
    const corner = np.array([
      [0, 4],
      [3, 0],
    ]);
    expect(totalVariation({ alpha: 4, epsilon: 1e-12, dx: 1 })(corner).item()).toBeCloseTo(5 + 4 + 3, 9);
  });

  it("refuses an epsilon of 0", () => {
    expect(() => totalVariation({ alpha: 1, epsilon: 0 })).toThrow(/kink/);
    expect(() => totalVariation({ alpha: -1, epsilon: 1 })).toThrow(ArgumentError);
  });
});

describe("boxBarrier", () => {
  it("is the mean logarithm of the room that is left", () => {
    const value = boxBarrier({ alpha: 1, lower: 1, upper: { a: 5 } as unknown })({ a: np.array([2, 3]) }).item();
    expect(value).toBeCloseTo(-(Math.log(1) + Math.log(3) + Math.log(2) + Math.log(2)) / 2, 14);
  });

  it("is Infinity on a bound and beyond, with no NaN in the gradient", () => {
    const wall = boxBarrier({ alpha: 1, lower: 0 });
    for (const value of [0, -1]) {
      expect(wall(np.array([1, value])).item()).toBe(Infinity);
      expect(grad((x: Tensor) => wall(x))(np.array([1, value])).data.some(Number.isNaN)).toBe(false);
    }
  });

  it("refuses bounds that are none, cross, or are built otherwise", () => {
    expect(() => boxBarrier({ alpha: 1 })).toThrow(ArgumentError);
    expect(() => boxBarrier({ alpha: 1, lower: 2, upper: 1 })).toThrow(ArgumentError);
    expect(() => boxBarrier({ alpha: 1, lower: { a: 1 } })({ b: np.array(2) })).toThrow(TreeError);
  });
});

describe("regularize", () => {
  const loss = regularize(
    halfSquared(np.array([1])),
    tikhonov({ alpha: 2, order: 0 }),
    tikhonov({ alpha: 1, order: 0 }),
  );

  it("adds what is demanded of the parameters to the misfit", () => {
    expect(loss(np.array([3]), np.array([2])).item()).toBe(2 + 4 + 2);
    expect(loss.name).toBe("regularize(halfSquared, tikhonov(order 0), tikhonov(order 0))");
  });

  it("is a sum of squares where all its parts are", () => {
    const r = loss.residual?.(np.array([3]), np.array([2])) as Tensor;
    expect(np.sum(np.square(r)).item() / 2).toBeCloseTo(8, 14);
    expect(regularize(l1(np.array([1])), tikhonov({ alpha: 2 })).residual).toBeUndefined();
  });

  it("wants the parameters", () => {
    expect(() => loss(np.array([3]))).toThrow(ArgumentError);
  });
});
