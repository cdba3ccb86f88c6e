import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "../util/errors.js";
import { foriLoop, scan, whileLoop, type KeepOption } from "../trace/control.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { explain } from "./explain.js";
import { jvp } from "./forward.js";
import { grad, valueAndGrad } from "./grad.js";
import { jit } from "./jit.js";
import { vmap } from "./vmap.js";

type Keep = Exclude<KeepOption, "inverse">;

/** All numbers of a tree of tensors. */
function numbersOf(tree: unknown): number[] {
  if (typeof tree === "object" && tree !== null && "data" in tree) return Array.from((tree as Tensor).data);
  return Object.values(tree as object).flatMap(numbersOf);
}

const int = (n: number): Tensor => np.array(n, "int32");

/** A pendulum for `n` steps, with friction; its last angle. */
const pendulum =
  (keep: Keep) =>
  (friction: Tensor, n: Tensor): Tensor =>
    whileLoop(
      ({ i }: { i: Tensor; x: Tensor; v: Tensor }) => i.less(n),
      ({ i, x, v }) => ({ i: i.add(1), x: x.add(v.mul(1e-3)), v: v.sub(x.sin().add(v.mul(friction)).mul(1e-3)) }),
      { i: 0, x: 1, v: 0 },
      { keep },
    ).x;

describe("a while of run-time length", () => {
  it("has the same gradient under a cap, in memory that does not grow", () => {
    const capped = jit(grad(pendulum({ bytes: 1_000_000 })));
    const n = int(500_000);
    expect(numbersOf(capped(0.1, n))).toEqual(numbersOf(jit(grad(pendulum("all")))(0.1, n)));
    expect(String(explain(capped)(0.1, n))).not.toContain("growable");
    expect(String(explain(grad(pendulum("all")))(0.1, n))).toContain("growable");
  }, 60_000);

  it("grows its History to 1,000,000 entries", () => {
    // x(n) = c^n, with derivative n c^(n - 1)
    const power = (c: Tensor, n: Tensor): Tensor =>
      whileLoop(
        ({ i }: { i: Tensor; x: Tensor }) => i.less(n),
        ({ i, x }) => ({ i: i.add(1), x: x.mul(c) }),
        { i: 0, x: 1 },
      ).x;
    const c = 1 + 1e-6;
    for (const n of [1, 2, 1000, 100_001, 1_000_000]) {
      const expected = n * c ** (n - 1);
      expect(Math.abs(grad(power)(c, int(n)).item() / expected - 1)).toBeLessThan(1e-9);
    }
  });

  it("is differentiated inside scan and vmap, to second order, and for its constants", () => {
    const inScan = (keep: Keep) => (x: Tensor, friction: Tensor) =>
      scan((a, n: Tensor) => [pendulum(keep)(friction, n).mul(a), null], x, {
        xs: np.array([3, 0, 40], "int32"),
        keep: "all",
      })[0];
    const results = (keep: Keep): unknown => [
      valueAndGrad(inScan(keep), { argnums: [0, 1] })(0.5, 0.2),
      jvp(grad(inScan(keep), { argnums: 1 }), [0.5, 0.2], [1, 1]),
      grad((k: Tensor) => grad(pendulum(keep))(k, int(30)).square())(0.3),
      vmap(grad(pendulum(keep)))(np.array([0.1, 0.4]), np.array([7, 50], "int32")),
      grad((k: Tensor) => vmap(pendulum(keep))(k, np.array([7, 50], "int32")).sum())(np.array([0.1, 0.4])),
    ];
    const expected = numbersOf(results("all"));
    expect(expected.every(Number.isFinite)).toBe(true);
    const keeps: readonly Keep[] = [{ bytes: 200 }, { bytes: 1000 }, { states: 2 }, { states: 5 }];
    for (const keep of keeps) expect(numbersOf(results(keep))).toEqual(expected);
  });
});

describe("a map of loops whose trips differ", () => {
  it("keeps the states of one element at a time under a cap", () => {
    const trips = np.array([7, 50, 0, 300], "int32");
    const k = np.array([0.1, 0.4, 0.2, 0.3]);
    const gradient = (keep: Keep) => grad((each: Tensor) => vmap(pendulum(keep))(each, trips).sum());
    expect(String(explain(gradient("all"))(k))).toContain("growable");
    for (const keep of [{ bytes: 400 }, { states: 3 }] as const) {
      expect(String(explain(gradient(keep))(k))).not.toContain("growable");
      expect(numbersOf(gradient(keep)(k))).toEqual(numbersOf(gradient("all")(k)));
    }
  });
});

describe("historyLimitBytes", () => {
  const wave = (u: Tensor, c: Tensor): Tensor => {
    const [[end], traces] = scan(
      ([now, before]: readonly [Tensor, Tensor]) => [[now.mul(1.9).sub(before).add(now.sin().mul(c)), now], now.sum()],
      [u, u],
      { length: 300 },
    );
    return end.square().sum().add(traces.square().sum());
  };
  const u = np.linspace(0, 1, 20);

  it("caps a whole program, with the bits of no cap", () => {
    const expected = numbersOf(jit(valueAndGrad(wave, { argnums: [0, 1] }))(u, 0.1));
    for (const historyLimitBytes of [100_000, 12_000, 3000, 1000]) {
      const capped = jit(valueAndGrad(wave, { argnums: [0, 1] }), { historyLimitBytes });
      expect(numbersOf(capped(u, 0.1))).toEqual(expected);
      const alone = valueAndGrad(wave, { argnums: [0, 1], historyLimitBytes });
      expect(numbersOf(alone(u, 0.1))).toEqual(expected);
    }
  });

  it("says what is too little", () => {
    expect(() => jit(grad(wave), { historyLimitBytes: 100 })(u, 0.1)).toThrow(
      /too small.*100 bytes.*historyLimitBytes/,
    );
    for (const historyLimitBytes of [0, NaN, Infinity])
      expect(() => grad(wave, { historyLimitBytes })).toThrow(ArgumentError);
  });
});

describe("carries of several dtypes", () => {
  /** Everything the state has acts on the others; the integer decides which way. */
  interface Mixed {
    readonly wide: Tensor;
    readonly narrow: Tensor;
    readonly count: Tensor;
    readonly key: Tensor;
    readonly up: Tensor;
  }
  const start = (x: Tensor): Mixed => ({
    wide: x,
    narrow: np.ones(3, "float32"),
    count: int(0),
    key: np.array(7, "uint32"),
    up: np.array(true),
  });
  const step = ({ wide, narrow, count, key, up }: Mixed, k: Tensor): Mixed => ({
    wide: np.where(up, wide.mul(k).sin(), wide.sub(narrow.astype("float64").mul(0.1))),
    narrow: narrow.mul(0.5).add(wide.astype("float32").mul(count.astype("float32")).mul(0.01)),
    count: count.add(1),
    key: key.mul(np.array(1664525, "uint32")).add(np.array(1013904223, "uint32")),
    up: key.greater(np.array(2 ** 31, "uint32")),
  });
  const measure = (end: Mixed): Tensor => end.wide.sum().add(end.narrow.astype("float64").square().sum());
  const loops = {
    scan: (keep: Keep) => (x: Tensor, k: Tensor) =>
      measure(scan((s: Mixed) => [step(s, k), null], start(x), { length: 30, keep })[0]),
    foriLoop: (keep: Keep) => (x: Tensor, k: Tensor) =>
      measure(foriLoop(0, int(30), (_, s: Mixed) => step(s, k), start(x), { keep })),
    whileLoop: (keep: Keep) => (x: Tensor, k: Tensor) =>
      measure(
        whileLoop(
          (s: Mixed) => s.count.less(30),
          (s) => step(s, k),
          start(x),
          { keep },
        ),
      ),
    until: (keep: Keep) => (x: Tensor, k: Tensor) =>
      measure(
        scan((s: Mixed) => [step(s, k), null], start(x), {
          length: 90,
          keep,
          until: (s) => s.count.greaterEqual(30),
        })[0],
      ),
  };
  const x = np.array([0.3, -0.2, 0.9]);
  const all = (f: (x: Tensor, k: Tensor) => Tensor): number[] =>
    numbersOf([
      valueAndGrad(f, { argnums: [0, 1] })(x, 1.1),
      jvp(grad(f), [x, 1.1], [np.ones(3), 1]),
      vmap(grad(f, { argnums: 1 }), { inAxes: [null, 0] })(x, np.array([1.1, 0.7])),
    ]);
  const expected = all(loops.scan("all"));

  it.each(Object.keys(loops) as (keyof typeof loops)[])("have one gradient in %s, however they are kept", (name) => {
    for (const keep of ["all", "blocks", { blocks: 7 }, { bytes: 400 }, { states: 3 }] as const)
      expect(all(loops[name](keep))).toEqual(expected);
  });

  it("have the gradient that differences say", () => {
    const f = loops.scan("all");
    const [value, dk] = jvp((k: Tensor) => f(x, k), [1.1], [1]);
    expect(numbersOf(grad(f, { argnums: 1 })(x, 1.1))[0]).toBeCloseTo(dk.item(), 5);
    // float32 has 7 digits: differences over a wide step
    const h = 1e-3;
    const slope = (f(x, np.array(1.1 + h)).item() - f(x, np.array(1.1 - h)).item()) / (2 * h);
    expect(Math.abs(slope - dk.item())).toBeLessThan(2e-3 * Math.abs(dk.item()));
    expect(value.item()).toBe(f(x, np.array(1.1)).item());
  });

  it("are recorded only where the reverse run reads them", () => {
    const count = String(explain(grad(loops.scan("all")))(x, 1.1)).split("== loops")[1] ?? "";
    // The random numbers decide, but are not read backwards.
    expect(count).not.toMatch(/history#\d+: uint32/);
    expect(count).toMatch(/history#\d+: bool\[30\]/);
  });
});
