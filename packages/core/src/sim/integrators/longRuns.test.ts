import { describe, expect, it } from "@jest/globals";
import { grad } from "../../compile/grad.js";
import { jacfwd } from "../../compile/jacobian.js";
import { jit } from "../../compile/jit.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Adjoint } from "../adjoint.js";
import { integrate } from "./integrate.js";
import { tsit5 } from "./tsit5.js";

/** Central differences of order 4. */
function differences(f: (x: Tensor) => Tensor, x: Tensor, h: number): number[] {
  const values = Array.from(x.data);
  const moved = (i: number, by: number): number => f(np.array(values.map((v, k) => (k === i ? v + by : v)))).item();
  return values.map((_, i) => (8 * (moved(i, h) - moved(i, -h)) - (moved(i, 2 * h) - moved(i, -2 * h))) / (12 * h));
}

function expectClose(got: Tensor, wanted: ArrayLike<number>, tolerance: number): void {
  const largest = Math.max(...Array.from(wanted, Math.abs));
  Array.from(got.data, (value, i) => expect(Math.abs(value - (wanted[i] as number)) / largest).toBeLessThan(tolerance));
}

describe("a long run", () => {
  it("takes constant memory for any number of steps under a cap", () => {
    const held = { ...tsit5(), controller: { ...tsit5().controller, minFactor: 1 - 1e-12, maxFactor: 1 } };
    const [steps, h] = [300_000, 1e-3];
    const turn = (_t: Tensor, y: Tensor, w: Tensor): Tensor => np.stack([y.at(1).get().neg(), y.at(0).get()]).mul(w);
    const end = (adjoint: Adjoint) => (w: Tensor) => {
      const options = { times: [0, steps * h], method: held, rtol: 1e3, firstStep: h, maxSteps: 1e6, adjoint };
      return integrate(turn, np.array([1, 0]), options, w)
        .final.at(0)
        .get();
    };
    const slope = jit(grad(end({ bytes: 20_000 })))(1).item();
    expect(Math.abs(slope + Math.sin(300) * 300)).toBeLessThan(1e-5);
    expect(slope).toBe(jit(grad(end("all")))(1).item());
  });
});

describe("the repressilator (rivals.md, W5)", () => {
  const repressilator = (_t: Tensor, x: Tensor, p: Tensor): Tensor =>
    np.divide(p.at(0).get(), np.add(1, np.power(np.roll(x, 1), p.at(1).get()))).sub(x);
  const run = (x0: Tensor, p: Tensor, rtol: number, end: number): { loss: Tensor; steps: Tensor; status: Tensor } => {
    const { final, accepted, status } = integrate(repressilator, x0, { times: [0, end], rtol, atol: rtol }, p);
    return { loss: final.square().sum(), steps: accepted, status };
  };
  const [x0, p] = [np.array([1, 2, 3]), np.array([10, 4])];

  it("takes about 1,000 steps with a gradient in start and parameters that is the same both ways", () => {
    const [rtol, end] = [1e-9, 39];
    const { steps, status } = jit((x: Tensor, q: Tensor) => run(x, q, rtol, end))(x0, p);
    expect(status.item()).toBe(0);
    expect(steps.item()).toBeGreaterThan(800);
    expect(steps.item()).toBeLessThan(1300);
    const loss = (x: Tensor, q: Tensor): Tensor => run(x, q, rtol, end).loss;
    const [dx, dp] = jit(grad(loss, { argnums: [0, 1] }))(x0, p);
    expectClose(jit(jacfwd(loss))(x0, p), dx.data, 1e-9);
    expectClose(jit(jacfwd((q: Tensor, x: Tensor) => loss(x, q)))(p, x0), dp.data, 1e-9);
    const tight = jit((x: Tensor, q: Tensor) => run(x, q, 1e-12, end).loss);
    expectClose(
      dx,
      differences((x) => tight(x, p), x0, 1e-3),
      1e-5,
    );
    expectClose(
      dp,
      differences((q) => tight(x0, q), p, 1e-4),
      1e-5,
    );
  });
});
