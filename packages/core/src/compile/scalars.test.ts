import { describe, expect, it } from "@jest/globals";
import { cond, foriLoop, scan, whileLoop } from "../trace/control.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { explain } from "./explain.js";
import { grad } from "./grad.js";
import { jvp } from "./forward.js";
import { jit } from "./jit.js";
import { vmap } from "./vmap.js";

type Program = (...args: Tensor[]) => Tensor;

function loopsOf(f: Program, ...args: Tensor[]): string {
  const text = String((explain(jit(f)) as (...args: readonly Tensor[]) => unknown)(...args));
  return text.slice(text.indexOf("== loops"), text.indexOf("== code"));
}

function insideLoop(f: Program, ...args: Tensor[]): string {
  const lines = loopsOf(f, ...args).split("\n");
  const from = lines.findIndex((line) => line.startsWith("loop"));
  const end = lines.findIndex((line, k) => k > from && !line.startsWith(" "));
  return lines.slice(from, end).join("\n");
}

/** The bits of all backends, which must be equal. */
function bitsOf(f: Program, ...args: Tensor[]): readonly bigint[] {
  const [wasm, js, interpreted] = (["wasm", "js", "interpreter"] as const).map((backend) => {
    const { data } = jit(f, { backend, verify: true })(...args);
    return [...new BigInt64Array(new Float64Array(data).buffer)];
  });
  expect(wasm).toEqual(interpreted);
  expect(js).toEqual(interpreted);
  return interpreted as bigint[];
}

const y0 = np.array([1, 0.25, -0.5]);
const rates = np.array([0.5, 0.2, 0.1]);
const flow = (y: Tensor, k: Tensor): Tensor => np.roll(y.mul(k), 1).sub(y.mul(k));

describe("a loop over a tiny array", () => {
  const run = (k: Tensor): Tensor => foriLoop(0, 100, (_, y) => y.add(flow(y, k).mul(0.1)), y0);

  it("is one nest without axes: no array is left within, nothing rotates", () => {
    const inside = insideLoop(run, rates);
    expect(inside.match(/nest/g)).toHaveLength(1);
    expect(inside).toContain("nest []");
    expect(inside).not.toContain("rotate");
    expect(inside.match(/ = .*carry_0#/g)).not.toBeNull();
  });

  it("keeps the bits, forward and reverse", () => {
    bitsOf(run, rates);
    bitsOf(grad((k: Tensor) => run(k).square().sum()) as Program, rates);
  });

  it("holds its scalars in locals: within the loop the module has no access to memory", () => {
    const text = String((explain(jit(run)) as (k: Tensor) => unknown)(rates));
    const code = text.slice(text.indexOf("loop0_steps"));
    const loop = code.slice(code.indexOf("loop\n"), code.indexOf("br 0"));
    expect(loop).not.toMatch(/load|store/);
  });

  it("stays a loop over arrays where they are long", () => {
    const long = (y: Tensor): Tensor => foriLoop(0, 10, (_, x) => x.mul(0.5).add(np.roll(x, 1)), y);
    expect(insideLoop(long, np.linspace(0, 1, 64))).toContain("nest [64]");
  });
});

describe("a network of scalars", () => {
  const network = (species: number, reactions: number): Program => {
    const rhs = (y: Tensor, k: Tensor): Tensor => {
      const x = Array.from({ length: species }, (_, i) => np.at(y, i).get());
      const slopes = x.map((one) => one.mul(-0.01));
      for (let r = 0; r < reactions; r++) {
        const [a, b, c] = [7 * r, 5 * r + 1, 3 * r + 2].map((i) => i % species) as [number, number, number];
        const rate = (x[a] as Tensor).mul(x[b] as Tensor).mul(k);
        slopes[a] = (slopes[a] as Tensor).sub(rate);
        slopes[c] = (slopes[c] as Tensor).add(rate);
      }
      return np.stack(slopes);
    };
    return (y, k) => foriLoop(0, 6, (_, x) => x.add(rhs(x.add(rhs(x, k).mul(0.05)), k).mul(0.1)), y);
  };

  it("is one nest without axes", () => {
    const nests = (species: number, reactions: number): number =>
      insideLoop(network(species, reactions), np.linspace(0, 1, species), np.array(0.5)).match(/nest \[\]/g)?.length ??
      0;
    expect(nests(12, 20)).toBe(1);
  });

  it.each([
    [12, 20],
    [30, 150],
  ])("keeps the bits, with %i species and %i reactions", (species, reactions) => {
    const f = network(species, reactions);
    bitsOf(f, np.linspace(0, 1, species), np.array(0.5));
    bitsOf(
      grad((k: Tensor) =>
        f(np.linspace(0, 1, species), k)
          .square()
          .sum(),
      ) as Program,
      np.array(0.5),
    );
  });
});

describe("scalars in pairs", () => {
  const run = (k: Tensor, y: Tensor): Tensor => foriLoop(0, 50, (_, x) => x.add(flow(np.sin(x), k).mul(0.1)), y);
  const code = (f: Program, ...args: Tensor[]): string =>
    String((explain(jit(f)) as (...args: readonly Tensor[]) => unknown)(...args)).split("loop0_steps")[1] ?? "";

  it("are the directions of a derivative, two to a vector", () => {
    const directions = (k: Tensor): Tensor =>
      vmap((t: Tensor) => jvp((r: Tensor) => run(r, y0), [k], [t])[1] as Tensor)(np.eye(4).slice([0, 4], [0, 3]));
    expect(code(directions, rates)).toContain("f64x2.mul");
    bitsOf(directions, rates);
  });

  it("are the elements of a batch; one that is left over is alone", () => {
    const long = (k: Tensor, y: Tensor): Tensor => foriLoop(0, 900, (_, x) => x.add(flow(x, k).mul(0.1)), y);
    const starts = np.array(Array.from({ length: 11 }, (_, i) => [1, 0.1 * i, -0.2 * i]));
    const batch = (y: Tensor): Tensor => vmap((x: Tensor) => long(rates, x))(y);
    expect(String((explain(jit(batch)) as (y: Tensor) => unknown)(starts))).toContain("map: {size: 5");
    const one = jit(long);
    expect(jit(batch)(starts).toArray()).toEqual(
      Array.from({ length: 11 }, (_, i) => one(rates, np.at(starts, i).get()).toArray()),
    );
    bitsOf(batch, starts);
    bitsOf(grad((y: Tensor) => batch(y).square().sum()) as Program, starts);
  });

  it("are not found where elements differ in what is done to them", () => {
    expect(code((k: Tensor) => run(k, y0), rates)).not.toContain("f64x2");
  });
});

describe("what is written out", () => {
  it("sums as the reduction does, also where all summands are -0", () => {
    const sums = (x: Tensor): Tensor =>
      scan((c, _x) => [c, np.stack([c.sum(), c.mul(-1).sum(), c.slice([0, 1]).sum(), c.max(), c.min()])], x, {
        length: 3,
      })[1] as Tensor;
    for (const values of [
      [-0, -0, -0],
      [1e16, 1, -1e16],
      [NaN, 1, 2],
      [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8].reverse(),
    ]) {
      bitsOf(sums, np.array(values));
    }
  });

  it("leaves arrays that are accessed at computed places in memory", () => {
    const f = (x: Tensor): Tensor =>
      foriLoop(0, 7, (i, c) => np.dynamicUpdate(c, c.sum().reshape([1]).mul(0.5), np.stack([i])), x);
    expect(insideLoop(f, y0)).toMatch(/carry#\d+\[min/);
    bitsOf(f, y0);
    const g = (x: Tensor): Tensor => foriLoop(0, 5, (i, c) => c.add(np.take(x, i).mul(c)), x);
    bitsOf(g, y0);
  });

  it("selects between short branches, and keeps long ones", () => {
    const branches = (length: number) => (x: Tensor) =>
      foriLoop(
        0,
        9,
        (_, c) =>
          cond(
            np.greater(c.sum(), 1),
            (y: Tensor) => {
              let z = y;
              for (let k = 0; k < length; k++) z = np.sin(z.mul(0.9)).add(np.roll(z, 1).mul(0.1));
              return z;
            },
            (y: Tensor) => y.mul(1.5),
            c,
          ),
        x,
      );
    expect(insideLoop(branches(1), y0)).toContain("select");
    expect(insideLoop(branches(1), y0)).not.toContain("if ");
    expect(insideLoop(branches(12), y0)).toContain("if ");
    bitsOf(branches(1), y0);
    bitsOf(branches(12), y0);
  });

  it("is right where a loop does no step, or ends at once", () => {
    const counted = (x: Tensor, n: Tensor): Tensor => foriLoop(0, n, (_, c) => c.mul(2), x);
    const steps = np.array(0, "int32");
    expect(jit(counted)(y0, steps).toArray()).toEqual(y0.toArray());
    bitsOf(counted, y0, np.array(3, "int32"));
    const until = (x: Tensor): Tensor =>
      whileLoop(
        (c) => np.less(c.sum(), 100),
        (c) => c.mul(1.7).add(0.1),
        x,
      );
    bitsOf(until, y0);
    expect(jit(until)(np.array([200, 0, 0])).toArray()).toEqual([200, 0, 0]);
  });

  it("is right for loops within loops, whose arrays are rows of the outer one's", () => {
    const f = (x: Tensor): Tensor =>
      scan(
        (c, row: Tensor) => {
          const inner = foriLoop(0, 4, (_, y) => y.mul(row).add(c), c);
          return [inner.mul(0.3), inner];
        },
        y0,
        { xs: x },
      )[1];
    bitsOf(
      f,
      np.array([
        [1, 2, 3],
        [0.5, 0.25, 0.125],
      ]),
    );
  });

  it("goes on where a run was suspended", async () => {
    const f = (k: Tensor): Tensor => foriLoop(0, 400_000, (_, y) => y.add(flow(y, k).mul(1e-5)), y0);
    const compiled = jit(f);
    const progress: number[] = [];
    const sliced = await compiled.run([rates], { onProgress: (done) => progress.push(done) });
    expect(sliced.toArray()).toEqual(compiled(rates).toArray());
    expect(progress.at(-1)).toBe(1);
  });
});
