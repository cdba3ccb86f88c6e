import { describe, expect, it } from "@jest/globals";
import { ShapeError, TreeError } from "../../util/errors.js";
import { grad } from "../../compile/grad.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { seededRandom } from "../../testing/random.js";
import { eulerMaruyama } from "./eulerMaruyama.js";

/** dy = a y dt + b y dW: y = y0 exp((a - b^2 / 2) t + b W). */
const drift = (_t: Tensor, y: Tensor, p: Tensor): Tensor => y.mul(p.at(0).get());
const diffusion = (_t: Tensor, y: Tensor, p: Tensor): Tensor => y.mul(p.at(1).get());
const p = np.array([0.5, 0.4]);
const paths = 400;

describe("eulerMaruyama", () => {
  it("converges strongly with order 1/2", () => {
    const fine = 1024;
    const noise = normal(fine * paths).map((x) => x / Math.sqrt(fine));
    const ends = Array.from({ length: paths }, (_, k) =>
      noise.filter((_x, i) => i % paths === k).reduce((a, b) => a + b, 0),
    );
    const errors = [16, 64, 256].map((steps) => {
      const each = fine / steps;
      const rows = np.reshape(np.array(Float64Array.from(noise)), [steps, each, paths]).sum(1);
      const { final } = eulerMaruyama(
        { drift, diffusion },
        np.ones(paths),
        { times: [0, 1], substeps: steps, increments: rows },
        p,
      );
      const squares = ends.map((w, k) => (Math.exp(0.5 - 0.08 + 0.4 * w) - (final.data[k] as number)) ** 2);
      return Math.sqrt(squares.reduce((a, b) => a + b, 0) / paths);
    });
    for (let i = 1; i < errors.length; i++) {
      const order = Math.log((errors[i - 1] as number) / (errors[i] as number)) / Math.log(4);
      expect(Math.abs(order - 0.5)).toBeLessThan(0.15);
    }
  });

  it("takes the increments in order, and has outputs at the times", () => {
    const unit = { drift: (_t: Tensor, y: Tensor) => y.mul(0), diffusion: () => 1 };
    const { outputs, times } = eulerMaruyama<Tensor, null>(
      unit,
      0,
      { times: [0, 1, 3], substeps: 2, increments: np.array([1, 10, 100, 1000]) },
      null,
    );
    expect(outputs.toArray()).toEqual([0, 11, 1111]);
    expect(times.toArray()).toEqual([0, 1, 3]);
  });

  it("has gradients by parameters and increments", () => {
    const dW = np.array(normal(8).map((x) => x / Math.sqrt(8)));
    const run = (q: Tensor, increments: Tensor): Tensor =>
      eulerMaruyama({ drift, diffusion }, 1, { times: [0, 1], substeps: 8, increments }, q).final;
    const [dp, dNoise] = grad(run, { argnums: [0, 1] })(p, dW);
    // y = prod_k (1 + a h + b dW_k)
    const factors = Array.from(dW.data, (w) => 1 + 0.5 / 8 + 0.4 * w);
    const y = factors.reduce((a, b) => a * b, 1);
    expect(dp.data[0]).toBeCloseTo(
      factors.reduce((sum, f) => sum + y / f / 8, 0),
      12,
    );
    expect(dNoise.data[3]).toBeCloseTo((0.4 * y) / (factors[3] as number), 12);
  });

  it("refuses increments that do not fit", () => {
    const call = (increments: unknown) => (): unknown =>
      eulerMaruyama({ drift, diffusion }, 1, { times: [0, 1], substeps: 8, increments: increments as Tensor }, p);
    expect(call(np.zeros(7))).toThrow(ShapeError);
    expect(call([np.zeros(8)])).toThrow(TreeError);
  });
});

/** Normal numbers by the method of Box and Muller. */
function normal(count: number): number[] {
  const random = seededRandom(7);
  const uniform = (): number => random.uniform(0, 1);
  return Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}
