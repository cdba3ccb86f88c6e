import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError, TreeError } from "../util/errors.js";
import { grad } from "../compile/grad.js";
import { jit } from "../compile/jit.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { halfSquared } from "./halfSquared.js";
import { huber } from "./huber.js";
import { l1 } from "./l1.js";
import { l2 } from "./l2.js";
import type { Loss } from "./loss.js";
import { normalized } from "./normalized.js";
import type { MisfitOptions } from "./observed.js";

type Make = (observed: unknown, options?: MisfitOptions) => Loss<unknown>;
const data = [1, -2, 4];
const output = [1.5, -2, 1];
const misfits: readonly (readonly [string, Make, number, readonly number[]])[] = [
  ["halfSquared", halfSquared, 4.625, [0.5, 0, -3]],
  ["l2", l2, Math.sqrt(9.25), [0.5 / Math.sqrt(9.25), 0, -3 / Math.sqrt(9.25)]],
  ["l1", l1, 3.5, [1, 0, -1]],
  ["huber", (d, o) => huber(d, { delta: 2, ...o }), 0.125 + 2 * (3 - 1), [0.5, 0, -2]],
  ["normalized", (d) => normalized(d), 4.625 / 21, [0.5 / 21, 0, -3 / 21]],
];

describe.each(misfits)("%s", (name, make, value, slope) => {
  it("has its value and its derivative", () => {
    const loss = make(np.array(data));
    expect(loss.name).toBe(name);
    expect(loss(np.array(output)).item()).toBeCloseTo(value, 14);
    const gradient = grad((x: Tensor) => loss(x))(np.array(output));
    slope.forEach((each, i) => expect(gradient.data[i]).toBeCloseTo(each, 14));
  });

  it("passes over what is missing, and its gradient is 0 there, not NaN", () => {
    const loss = make({ a: np.array([...data, NaN, NaN]), b: np.array([NaN, 4]) });
    const without = make({ a: np.array(data), b: np.array([4]) });
    const at = { a: np.array([...output, 7, 0]), b: np.array([3, 5]) };
    expect(loss(at).item()).toBe(without({ a: np.array(output), b: np.array([5]) }).item());
    const gradient = grad((x: typeof at) => loss(x))(at);
    expect(Array.from(gradient.a.data).slice(3)).toEqual([0, 0]);
    expect(gradient.b.data[0]).toBe(0);
    expect([...gradient.a.data, ...gradient.b.data].some(Number.isNaN)).toBe(false);
  });

  it("passes over what is missing in an output too, where the datum is, but nowhere else", () => {
    const loss = make(np.array([...data, NaN]));
    const gradient = grad((x: Tensor) => loss(x));
    expect(loss(np.array([...output, NaN])).item()).toBeCloseTo(value, 14);
    expect(gradient(np.array([...output, NaN])).data.some(Number.isNaN)).toBe(false);
    expect(loss(np.array([NaN, -2, 1, 0])).item()).toBeNaN();
  });

  it("masks traced data when the program runs", () => {
    const both = jit((observed: Tensor, x: Tensor) => make(observed)(x));
    expect(both(np.array([...data, NaN]), np.array([...output, 5])).item()).toBeCloseTo(value, 14);
  });

  it("refuses data that are all missing, and infinite ones by name", () => {
    expect(() => make({ a: np.array([NaN, NaN]) })).toThrow(/all missing/);
    expect(() => make({ a: { b: np.array([1, -Infinity]) } })).toThrow(/-Infinity in observed\.a\.b at entry 1/);
    expect(() => make(np.array([1], "int32"))).toThrow(ArgumentError);
  });

  it("refuses an output of another shape or build", () => {
    expect(() => make(np.array(data))(np.zeros([3, 1]))).toThrow(ShapeError);
    expect(() => make({ a: np.array(data) })({ b: np.array(data) })).toThrow(TreeError);
  });

  it("keeps float32, and adds leaves of both float types in float64", () => {
    expect(make(np.array(data, "float32"))(np.array(output, "float32")).dtype).toBe("float32");
    const mixed = { a: np.array(data, "float32"), b: np.array(data) };
    expect(make(mixed)({ a: np.array(output, "float32"), b: np.array(data) }).dtype).toBe("float64");
  });
});

describe("sigma", () => {
  it.each(misfits.slice(0, 3))("divides the residuals of %s", (_, make) => {
    const scaled = make(np.array([0.5, -1, 2]))(np.array([0.75, -1, 0.5])).item();
    expect(make(np.array(data), { sigma: 2 })(np.array(output)).item()).toBeCloseTo(scaled, 14);
    expect(make(np.array(data), { sigma: np.array([2, 2, 2]) })(np.array(output)).item()).toBeCloseTo(scaled, 14);
    const tree = make({ a: np.array(data), b: np.array([0]) }, { sigma: { a: 2, b: 1 } });
    expect(tree({ a: np.array(output), b: np.array([0]) }).item()).toBeCloseTo(scaled, 14);
  });

  it("makes the delta of huber one of multiples of it", () => {
    const loss = huber(np.array(data), { delta: 1, sigma: 2 });
    expect(loss(np.array(output)).item()).toBeCloseTo(0.03125 + 1, 14);
  });

  it("may be missing where the datum is", () => {
    const loss = halfSquared(np.array([1, NaN]), { sigma: np.array([2, NaN]) });
    expect(loss(np.array([3, 9])).item()).toBe(0.5);
  });

  it("is refused where it is not positive, or of another shape or build", () => {
    for (const sigma of [0, -1, NaN, Infinity]) {
      expect(() => halfSquared(np.array(data), { sigma })).toThrow(ArgumentError);
    }
    expect(() => halfSquared({ a: np.array(data) }, { sigma: { a: np.array([1, NaN, 1]) } })).toThrow(
      /sigma\.a at entry 1/,
    );
    expect(() => halfSquared(np.array(data), { sigma: np.array([1, 2]) })).toThrow(ShapeError);
    expect(() => halfSquared({ a: np.array(data) }, { sigma: { b: 1 } })).toThrow(TreeError);
  });
});

describe("the residual of a least-squares loss", () => {
  it.each([
    ["halfSquared", halfSquared({ a: np.array([...data, NaN]), b: np.array(2) }, { sigma: 0.5 })],
    ["normalized", normalized({ a: np.array([...data, NaN]), b: np.array(2) })],
  ] as const)("gives %s as half its square", (_, loss) => {
    const at = { a: np.array([...output, 9]), b: np.array(3) };
    const r = loss.residual?.(at) as Tensor;
    expect(r.shape).toEqual([5]);
    expect(np.sum(np.square(r)).item() / 2).toBeCloseTo(loss(at).item(), 14);
  });

  it("is not there for the others", () => {
    expect([l1, l2].map((make) => make(np.array(data)).residual)).toEqual([undefined, undefined]);
  });
});

describe("options", () => {
  it("of huber and normalized are checked", () => {
    expect(() => huber(np.array(data), { delta: 0 })).toThrow(ArgumentError);
    expect(() => huber(np.array(data), { delta: NaN })).toThrow(ArgumentError);
    expect(() => normalized({ a: np.array([0, NaN]), b: np.array(1) })).toThrow(/observed\.a, 0 throughout/);
  });
});
