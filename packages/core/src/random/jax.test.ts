import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { erfInv } from "./erfInv.js";
import { gumbel } from "./gumbel.js";
import { logGamma } from "./logGamma.js";
import { random } from "./random.js";

/** Made by bench/peers/jax_random.py. */
interface Golden {
  readonly key: readonly { readonly seed: number; readonly key: readonly number[] }[];
  readonly split: { readonly of42: unknown; readonly of0: unknown; readonly five: unknown };
  readonly foldIn: readonly { readonly data: number; readonly key: readonly number[] }[];
  readonly bits32: unknown;
  readonly bits64: unknown;
  readonly uniform: Sampled;
  readonly uniformBetween: Sampled;
  readonly normal: Sampled;
  readonly exponential: Sampled;
  readonly gumbel: Sampled;
  readonly gamma: Sampled & { readonly alpha: readonly number[] };
  readonly poisson: Sampled & { readonly rate: readonly number[] };
  readonly categorical: {
    readonly logits: readonly (readonly (number | null)[])[];
    readonly last: Sampled;
    readonly first: Sampled;
    readonly many: Sampled;
  };
  readonly permutation: readonly { readonly seed: number; readonly n: number; readonly order: readonly number[] }[];
  readonly shuffledRows: unknown;
  readonly erfInv: readonly { readonly x: number; readonly y: number | null }[];
  readonly lgamma: readonly { readonly x: number; readonly y: number }[];
}

type Nested = readonly (number | Nested)[];
interface Sampled {
  readonly float64: Nested;
  readonly float32: Nested;
}

const golden = JSON.parse(readFileSync(new URL("testdata/jax.json", import.meta.url), "utf8")) as Golden;
const key = random.key(42);
const dtypes = ["float64", "float32"] as const;

/** Largest difference, relative to the value. */
function worst(got: Tensor, expected: Nested): number {
  const values = (expected as readonly unknown[]).flat(Infinity) as number[];
  expect(got.size).toBe(values.length);
  return values.reduce((most, value, i) => {
    const difference = Math.abs((got.data[i] as number) - value);
    return Math.max(most, difference === 0 ? 0 : difference / Math.abs(value));
  }, 0);
}

describe("keys and bits are those of JAX", () => {
  it.each(golden.key)("key($seed)", (row) => {
    expect(random.key(row.seed).toArray()).toEqual(row.key);
  });
  it("split", () => {
    expect(random.split(key).toArray()).toEqual(golden.split.of42);
    expect(random.split(random.key(0)).toArray()).toEqual(golden.split.of0);
    expect(random.split(key, 5).toArray()).toEqual(golden.split.five);
  });
  it.each(golden.foldIn)("foldIn($data)", (row) => {
    expect(random.foldIn(key, row.data).toArray()).toEqual(row.key);
  });
  it("bits of both widths", () => {
    expect(random.bits(key, [3, 5]).toArray()).toEqual(golden.bits32);
    expect(random.bits(key, [3, 3], { width: 64 }).toArray()).toEqual(golden.bits64);
  });
  it.each(golden.permutation)("a permutation of $n", ({ seed, n, order }) => {
    expect(random.permutation(random.key(seed), n).toArray()).toEqual(order);
  });
  it("rows in random order", () => {
    expect(random.permutation(key, np.arange(12).reshape([4, 3])).toArray()).toEqual(golden.shuffledRows);
  });
});

describe.each(dtypes)("samples in %s are those of JAX", (dtype) => {
  const relative = dtype === "float64" ? 1e-12 : 5e-6;
  it("uniform, to the bit", () => {
    expect(random.uniform(key, [3, 7], { dtype }).toArray()).toEqual(golden.uniform[dtype]);
  });
  it("uniform between bounds, but for one rounding", () => {
    const got = random.uniform(key, [20], { dtype, low: -3.3, high: 7.7 });
    expect(worst(got, golden.uniformBetween[dtype])).toBeLessThan(relative);
  });
  it("normal", () => {
    expect(worst(random.normal(key, [2, 100], { dtype }), golden.normal[dtype])).toBeLessThan(relative);
  });
  it("exponential", () => {
    expect(worst(random.exponential(key, [100], { dtype }), golden.exponential[dtype])).toBeLessThan(relative);
  });
  it("gumbel", () => {
    expect(worst(gumbel(key, [50], dtype, "test"), golden.gumbel[dtype])).toBeLessThan(10 * relative);
  });
  it("gamma", () => {
    const alpha = np.array(golden.gamma.alpha, dtype);
    const got = random.gamma(random.key(3), alpha, [5, golden.gamma.alpha.length]);
    expect(worst(got, golden.gamma[dtype])).toBeLessThan(20 * relative);
  });
  it("poisson", () => {
    const rate = np.array(golden.poisson.rate, dtype);
    const got = random.poisson(random.key(5), rate, [6, golden.poisson.rate.length]);
    expect(got.toArray()).toEqual(golden.poisson[dtype]);
  });
  it("categorical", () => {
    const { logits, last, first, many } = golden.categorical;
    const weights = np.array(
      logits.map((row) => row.map((each) => each ?? -Infinity)),
      dtype,
    );
    expect(random.categorical(key, weights).toArray()).toEqual(last[dtype]);
    expect(random.categorical(key, weights, { axis: 0 }).toArray()).toEqual(first[dtype]);
    expect(random.categorical(key, weights, { shape: [8, 3] }).toArray()).toEqual(many[dtype]);
  });
});

describe("special functions", () => {
  it.each(golden.erfInv)("erfInv($x)", ({ x, y }) => {
    const got = erfInv(np.array(x)).item();
    if (y === null) expect(got).toBe(Infinity);
    else expect(Math.abs(got - y)).toBeLessThanOrEqual(1e-14 * Math.abs(y));
  });
  it.each(golden.lgamma)("logGamma($x)", ({ x, y }) => {
    expect(Math.abs(logGamma(np.array(x)).item() - y)).toBeLessThan(2e-14 * Math.max(1, Math.abs(y)));
  });
});
