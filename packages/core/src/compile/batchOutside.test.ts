import { describe, expect, it } from "@jest/globals";
import { grad } from "./grad.js";
import { jit } from "./jit.js";
import { vmap } from "./vmap.js";
import { explain } from "./explain.js";
import { foriLoop } from "../trace/control.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";

const start = np.array([
  [1, 0.5, 0.2],
  [0.3, 0.8, 0.1],
  [0.9, 0.4, 0.6],
]);
const rates = np.array([0.3, 0.2, 0.1]);

function decay(steps: number): (y: Tensor, k: Tensor) => Tensor {
  return (y, k) => foriLoop(0, steps, (_, x) => x.sub(np.roll(x.mul(k), 1).mul(x).mul(0.01)), y);
}

function graphOf(f: (...args: Tensor[]) => Tensor, ...args: Tensor[]): string {
  const text = String((explain(jit(f)) as (...args: readonly Tensor[]) => unknown)(...args));
  return text.slice(text.indexOf("== chooseStrategies"), text.indexOf("== loops"));
}

describe("a batch", () => {
  it("is outside of long loops, and inside of short ones", () => {
    const all = (steps: number) => (k: Tensor) => vmap((y: Tensor) => decay(steps)(y, k))(start);
    expect(graphOf(all(2000), rates)).toContain("map: {size: 3");
    expect(graphOf(all(10), rates)).not.toContain("map: {size: 3");
  });

  it("is inside of loops whose work is mostly the same for all elements", () => {
    const shared = (ks: Tensor): Tensor => vmap((k: Tensor) => decay(2000)(start.slice(0), rates).mul(k))(ks);
    const text = graphOf(shared, np.array([1, 2, 3]));
    expect(text).toContain("scan");
    expect(text).not.toContain("map: {size: 3");
  });

  it.each([10, 2000])("gives each element's bits, and the sum of their gradients, after %i steps", (steps) => {
    const f = decay(steps);
    const rows = [0, 1, 2].map((i) => np.at(start, i).get());
    const got = jit((k: Tensor) => vmap((y: Tensor) => f(y, k))(start))(rates);
    const one = jit(f);
    expect(got.toArray()).toEqual(rows.map((row) => one(row, rates).toArray()));

    const loss = (y: Tensor, k: Tensor): Tensor => f(y, k).square().sum();
    const total = jit(grad((k: Tensor) => vmap((y: Tensor) => loss(y, k))(start).sum()))(rates);
    const each = jit(grad((k: Tensor, y: Tensor) => loss(y, k)));
    const parts = rows.map((row) => each(rates, row).toArray() as number[]);
    (total.toArray() as number[]).forEach((value, i) => {
      expect(value).toBeCloseTo(
        parts.reduce((sum, part) => sum + (part[i] as number), 0),
        12,
      );
    });
  });

  it("is differentiated by running each element again where all states would leave the cache", () => {
    const f = decay(60_000);
    const loss = (k: Tensor): Tensor => vmap((y: Tensor) => f(y, k).square().sum())(start).sum();
    const text = graphOf(grad(loss) as (k: Tensor) => Tensor, rates);
    expect(text).not.toContain("ragged");
    const gradient = jit(grad(loss))(rates).toArray() as number[];
    const h = 1e-6;
    const moved = (by: number): number => jit(loss)(np.array([0.3 + by, 0.2, 0.1])).item();
    expect(gradient[0]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 6);
  });
});
