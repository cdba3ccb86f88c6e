import { describe, expect, it } from "@jest/globals";
import { grad } from "../../compile/grad.js";
import { jvp } from "../../compile/forward.js";
import { vmap } from "../../compile/vmap.js";
import { ArgumentError, DTypeError } from "../../util/errors.js";
import { foriLoop, scan, whileLoop } from "../control.js";
import { np } from "../np.js";
import type { Tensor } from "../tensor.js";

describe("scan with until", () => {
  const halve = (x: Tensor): [Tensor, Tensor] => [x.mul(0.5), x];

  it("stops before the first step at whose start the condition holds", () => {
    const [last, seen, steps] = scan(halve, 1, { length: 6, until: (x) => x.less(0.2) });
    expect(last.item()).toBe(0.125);
    expect(seen.toArray()).toEqual([1, 0.5, 0.25, 0, 0, 0]);
    expect([steps.item(), steps.dtype]).toEqual([3, "int32"]);
  });

  it("runs all steps, or none", () => {
    expect(scan(halve, 1, { length: 3, until: () => false })[2].item()).toBe(3);
    const [last, seen, steps] = scan(halve, 1, { length: 3, until: () => true });
    expect([last.item(), steps.item(), seen.toArray()]).toEqual([1, 0, [0, 0, 0]]);
    expect(scan(halve, 1, { length: 0, until: (x) => x.less(0) })[1].shape).toEqual([0]);
  });

  it("gives each step its own rows, in either direction", () => {
    const xs = { a: np.arange(5), b: np.arange(5).mul(10) };
    const run = (reverse: boolean) =>
      scan((sum, x: { a: Tensor; b: Tensor }) => [sum.add(x.a), { sum, b: x.b }], 0, {
        xs,
        reverse,
        until: (sum) => sum.greater(4),
      });
    const [forth, there, steps] = run(false);
    expect([forth.item(), steps.item()]).toEqual([6, 4]);
    expect([there.sum.toArray(), there.b.toArray()]).toEqual([
      [0, 0, 1, 3, 0],
      [0, 10, 20, 30, 0],
    ]);
    const [back, seen] = run(true);
    expect([back.item(), seen.b.toArray()]).toEqual([7, [0, 0, 0, 30, 40]]);
  });

  it("reads tensors from outside, in step and condition", () => {
    const [factor, limit] = [np.array(3), np.array(50)];
    expect(scan((x) => [x.mul(factor), null], 1, { length: 9, until: (x) => x.greater(limit) })[0].item()).toBe(81);
  });

  const f = (x: Tensor, k: Tensor, xs: Tensor): Tensor => {
    const [last, seen] = scan((s, r: Tensor) => [s.mul(k).add(r), s.square()], x, { xs, until: (s) => s.less(0.2) });
    return last.add(seen.mul(np.linspace(1, 2, 8)).sum());
  };
  const xs = np.linspace(0, 0.1, 8);

  it("has derivatives that agree with differences, forward, in reverse, and in batches", () => {
    const h = 1e-6;
    for (const x of [1, 0.7, 0.1]) {
      const slope =
        (f(np.array(x), np.array(0.5 + h), xs).item() - f(np.array(x), np.array(0.5 - h), xs).item()) / (2 * h);
      expect(grad(f, { argnums: 1 })(x, 0.5, xs).item()).toBeCloseTo(slope, 7);
      expect(jvp((k: Tensor) => f(np.array(x), k, xs), [0.5], [1])[1].item()).toBeCloseTo(slope, 7);
    }
    const x = np.array([1, 0.7, 0.1]);
    const one = [1, 0.7, 0.1].map((each) => grad(f, { argnums: 1 })(each, 0.5, xs).item());
    expect(vmap(grad(f, { argnums: 1 }), { inAxes: [0, null, null] })(x, 0.5, xs).toArray()).toEqual(one);
    const total = (k: Tensor): Tensor => vmap(f, { inAxes: [0, null, null] })(x, k, xs).sum();
    expect(grad(total)(0.5).item()).toBeCloseTo(one[0]! + one[1]! + one[2]!, 12);
    // Rows whose step is not run have no derivative.
    const byRow = grad(f, { argnums: 2 })(1, 0.5, xs).toArray() as number[];
    expect(byRow.map((each) => each !== 0)).toEqual([true, true, true, false, false, false, false, false]);
  });

  it("costs the steps that are run, not those that could be", () => {
    // At the cost of a row for every possible step, this would not end.
    const long = (k: Tensor): Tensor =>
      scan((s) => [s.mul(k), s], 1, { length: 3_000_000, until: (s) => s.less(1e-30) })[1].sum();
    const q = 0.999;
    expect(grad(long)(q).item()).toBeCloseTo(1 / (1 - q) ** 2, -1);
  });

  it("refuses what is no condition, and an inverse", () => {
    expect(() => scan(halve, 1, { length: 3, until: ((x: Tensor) => x) as never })).toThrow(DTypeError);
    expect(() => scan(halve, 1, { length: 3, until: ((x: Tensor) => x) as never })).toThrow(
      /The `until` of scan.*one bool/,
    );
    expect(() => scan(halve, 1, { length: 3, until: () => false, inverse: (x: Tensor) => x.mul(2) })).toThrow(
      ArgumentError,
    );
  });
});

describe("foriLoop with until", () => {
  it("stops early, with bounds that are known or not", () => {
    for (const upper of [9, np.array(9, "int32")]) {
      const run = (x: Tensor | number): Tensor =>
        foriLoop(2, upper, (i, c) => c.mul(i.astype("float64")), x, { until: (c) => c.greater(100) });
      expect(run(1).item()).toBe(120);
      expect(run(0.001).item()).toBeCloseTo(40.32, 12);
      expect(grad((x: Tensor) => run(x))(1).item()).toBe(120);
    }
  });
});

describe("whileLoop", () => {
  it("gives a number the dtype of what it meets in the condition", () => {
    const n = np.array(4, "int32");
    const { i, x } = whileLoop(
      (s: { i: Tensor; x: Tensor }) => s.i.less(n),
      (s) => ({ i: s.i.add(1), x: s.x.mul(2) }),
      { i: 0, x: 1 },
    );
    expect([i.dtype, i.item(), x.dtype, x.item()]).toEqual(["int32", 4, "float64", 16]);
    expect(() =>
      whileLoop(
        (s) => s.less(n),
        (s) => s.add(1),
        0.5,
      ),
    ).toThrow(DTypeError);
  });
});
