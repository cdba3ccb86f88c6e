import { describe, expect, it } from "@jest/globals";
import { grad } from "../compile/grad.js";
import { jvp } from "../compile/forward.js";
import { jit } from "../compile/jit.js";
import { vmap } from "../compile/vmap.js";
import { foriLoop } from "../trace/control.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { ArgumentError, DTypeError, ShapeError } from "../util/errors.js";
import { random } from "./random.js";

const key = random.key(7);
const alpha = np.array([0.3, 1, 4]);
const rate = np.array([0.5, 20, 300]);

const samplers: Readonly<Record<string, (key: Tensor) => Tensor>> = {
  split: (k) => random.split(k, 3),
  foldIn: (k) => random.foldIn(k, 5),
  bits: (k) => random.bits(k, [2, 3]),
  "bits of 64": (k) => random.bits(k, [4], { width: 64 }),
  uniform: (k) => random.uniform(k, [7], { low: -1, high: 3 }),
  "uniform in float32": (k) => random.uniform(k, [7], { dtype: "float32" }),
  normal: (k) => random.normal(k, [3, 2]),
  exponential: (k) => random.exponential(k, 5, { dtype: "float32" }),
  gamma: (k) => random.gamma(k, alpha),
  poisson: (k) => random.poisson(k, rate, [2, 3]),
  categorical: (k) =>
    random.categorical(
      k,
      np.array([
        [0, 1, 2],
        [2, 1, 0],
      ]),
      { shape: [5, 2] },
    ),
  permutation: (k) => random.permutation(k, 11),
  "permuted columns": (k) => random.permutation(k, np.arange(6).reshape([2, 3]), { axis: 1 }),
};

describe.each(Object.entries(samplers))("%s", (_name, sample) => {
  it("gives the same bits compiled, on each backend", () => {
    const expected = sample(key);
    for (const backend of ["interpreter", "js", "wasm"] as const) {
      const got = jit(sample, { backend })(key);
      expect([got.dtype, got.shape, [...got.data]]).toEqual([expected.dtype, expected.shape, [...expected.data]]);
    }
  });
  it("gives each key of a batch its own numbers", () => {
    const keys = random.split(key, 3);
    const rows = vmap(sample)(keys);
    for (let i = 0; i < 3; i++) expect(rows.slice(i).toArray()).toEqual(sample(keys.slice(i)).toArray());
  });
});

describe("large samples", () => {
  it("are compiled, with the bits of small ones in a trace", () => {
    const large = random.normal(key, [5000]);
    expect([...large.data.slice(0, 3)]).toEqual([...random.normal(key, [3]).data]);
    expect([...random.bits(key, [5000]).data.slice(4990)]).toEqual([
      ...jit((k: Tensor) => random.bits(k, [5000]))(key).data.slice(4990),
    ]);
  });
  it("have the moments of their distributions", () => {
    const n = 20_000;
    // Mean and variance of n numbers scatter by sqrt(v / n) and about v sqrt((kurtosis - 1) / n); five times that is allowed.
    const check = (x: Tensor, mean: number, variance: number, kurtosis: number): void => {
      const values = x.astype("float64");
      expect(Math.abs(values.mean().item() - mean)).toBeLessThan(5 * Math.sqrt(variance / n));
      expect(Math.abs(values.var().item() - variance)).toBeLessThan(5 * variance * Math.sqrt((kurtosis - 1) / n));
    };
    check(random.uniform(key, n), 0.5, 1 / 12, 1.8);
    check(random.normal(key, n), 0, 1, 3);
    check(random.exponential(key, n), 1, 1, 9);
    check(random.gamma(key, 0.7, n), 0.7, 0.7, 3 + 6 / 0.7);
    check(random.gamma(key, 12, n), 12, 12, 3.5);
    check(random.poisson(key, 3, n), 3, 3, 3 + 1 / 3);
    check(random.poisson(key, 55, n), 55, 55, 3 + 1 / 55);
    check(random.categorical(key, np.zeros(4), { shape: n }), 1.5, 1.25, 1.64);
  });
  it("permute without loss", () => {
    const order = random.permutation(key, 5000);
    expect([...order.data].sort((a, b) => a - b)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(order.data[0]).not.toBe(0);
  });
});

describe("derivatives", () => {
  it("flow to mean and deviation of a normal number, and to the bounds of a uniform one", () => {
    const z = random.normal(key).item();
    const u = random.uniform(key).item();
    const drawn = (mean: Tensor, deviation: Tensor): Tensor => mean.add(deviation.mul(random.normal(key)));
    expect(grad(drawn, { argnums: 1 })(2, 3).item()).toBeCloseTo(z, 14);
    expect(grad((high: Tensor) => random.uniform(key, [], { low: 1, high }))(3).item()).toBeCloseTo(u, 14);
    expect(grad((low: Tensor) => random.uniform(key, [], { low, high: 3 }))(1).item()).toBeCloseTo(1 - u, 14);
  });
  it("flow through a permuted tensor", () => {
    const weights = np.array([1, 2, 3, 4]);
    const loss = (x: Tensor): Tensor => random.permutation(key, x).dot(weights);
    const order = random.permutation(key, 4).data;
    const gradient = grad(loss)(np.zeros(4));
    for (let i = 0; i < 4; i++) expect(gradient.data[order[i] as number]).toBe(i + 1);
  });
  it("of gamma numbers are those of their scale, and 0 in alpha", () => {
    const f = (a: Tensor, scale: Tensor): Tensor => random.gamma(key, a).mul(scale).sum();
    const sample = random.gamma(key, alpha);
    const [da, dscale] = [grad(f)(alpha, 2), grad(f, { argnums: 1 })(alpha, 2)];
    expect(da.toArray()).toEqual([0, 0, 0]);
    expect(dscale.item()).toBeCloseTo(sample.sum().item(), 12);
    expect(jvp((a: Tensor) => random.gamma(key, a), [alpha], [np.ones(3)])[1].toArray()).toEqual([0, 0, 0]);
  });
});

describe("keys", () => {
  it("are made, split and folded in traces", () => {
    const draw = jit((seed: Tensor) => random.foldIn(random.key(seed), seed));
    expect(draw(np.array(9, "int32")).toArray()).toEqual(random.foldIn(random.key(9), 9).toArray());
    const walk = foriLoop(0, 4, (i, sum: Tensor) => sum.add(random.uniform(random.foldIn(key, i))), np.array(0));
    let expected = 0;
    for (let i = 0; i < 4; i++) expected += random.uniform(random.foldIn(key, i)).item();
    expect(walk.item()).toBe(expected);
  });
  it("are refused where they are none", () => {
    expect(() => random.normal(np.array([1, 2]))).toThrow(ArgumentError);
    expect(() => random.normal(random.split(key))).toThrow(/vmap/);
    expect(() => random.key(0.5)).toThrow(ArgumentError);
    expect(() => random.foldIn(key, -1)).toThrow(ArgumentError);
    expect(() => random.split(key, -1)).toThrow(ArgumentError);
  });
});

describe("arguments", () => {
  it("of the wrong kind are refused", () => {
    expect(() => random.uniform(key, [-1])).toThrow(ArgumentError);
    expect(() => random.normal(key, 3, { dtype: "int32" as "float64" })).toThrow(DTypeError);
    expect(() => random.bits(key, 3, { width: 16 as 32 })).toThrow(ArgumentError);
    expect(() => random.gamma(key, alpha, [2])).toThrow(ShapeError);
    expect(() => random.categorical(key, np.zeros([2, 3]), { shape: [3] })).toThrow(ShapeError);
    expect(() => random.permutation(key, 1.5)).toThrow(ArgumentError);
  });
  it("may be empty", () => {
    expect(random.normal(key, 0).shape).toEqual([0]);
    expect(random.gamma(key, np.zeros(0)).shape).toEqual([0]);
    expect(random.permutation(key, 0).shape).toEqual([0]);
    expect(random.split(key, 0).shape).toEqual([0, 2]);
  });
  it("out of range give -1 as a Poisson number", () => {
    expect(random.poisson(key, np.array([0, -1, NaN, Infinity])).toArray()).toEqual([0, -1, -1, -1]);
  });
});
