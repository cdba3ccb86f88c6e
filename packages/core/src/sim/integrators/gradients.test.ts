import { describe, expect, it } from "@jest/globals";
import { jvp } from "../../compile/forward.js";
import { grad } from "../../compile/grad.js";
import { hessian, jacfwd, jacrev } from "../../compile/jacobian.js";
import { jit } from "../../compile/jit.js";
import { vmap } from "../../compile/vmap.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Adjoint } from "../adjoint.js";
import { integrate, type IntegrateOptions } from "./integrate.js";
import { adaptiveMethods, fixedMethods, stiffMethods } from "./integrators.js";

interface Spring {
  readonly position: Tensor;
  readonly velocity: Tensor;
}
interface Params {
  readonly stiffness: Tensor;
  readonly push: Tensor;
}

/** A hardening spring that is pushed periodically; its state is what every method takes. */
const spring = (t: Tensor, { position, velocity }: Spring, { stiffness, push }: Params): Spring => ({
  position: velocity,
  velocity: np.sub(np.mul(np.sin(t), push), np.mul(stiffness, position.add(position.pow(3)))),
});

/** A loss of the final state and of all outputs, by stiffness, push and both starts. */
function lossOf(options: IntegrateOptions): (x: Tensor) => Tensor {
  return (x) => {
    const [stiffness, push, position, velocity] = [0, 1, 2, 3].map((i) => x.at(i).get()) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const run = integrate(spring, { position, velocity }, options, { stiffness, push });
    return run.final.velocity.square().add(run.outputs.position.square().sum()).add(run.outputs.velocity.sum());
  };
}

const at = np.array([1.3, 0.7, 0.4, -0.2]);

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

describe.each([
  ...[...adaptiveMethods, ...stiffMethods].map(
    (method) => [method.name, { method, rtol: 1e-11, atol: 1e-11 }] as const,
  ),
  ...fixedMethods.map((method) => [method.name, { method, substeps: 15 }] as const),
])("the derivative of %s", (_, options) => {
  const loss = lossOf({ ...options, times: [0, 0.7, 1.1, 2] });
  const reverse = jit(grad(loss));

  it("is the same forward and in reverse", () => {
    expectClose(jit(jacfwd(loss))(at), reverse(at).data, 1e-11);
  });

  it("agrees with finite differences", () => {
    expectClose(reverse(at), differences(jit(loss), at, 1e-3), 1e-9);
  });
});

describe("the derivative of an adaptive run", () => {
  it("holds at loose tolerances: it is that of the steps taken", () => {
    const loss = lossOf({ times: [0, 0.7, 1.1, 2], rtol: 1e-3, atol: 1e-3 });
    expectClose(jit(jacfwd(loss))(at), jit(grad(loss))(at).data, 1e-11);
  });

  it.each<[string, Adjoint]>([
    ["all states stored", "all"],
    ["blocks", { blocks: 7 }],
    ["few bytes", { bytes: 3000 }],
  ])("has the same bits however the states are kept: %s", (_, adjoint) => {
    const options = { times: [0, 0.7, 2] };
    const kept = jit(grad(lossOf({ ...options, adjoint })))(at);
    expect(kept.toArray()).toEqual(jit(grad(lossOf(options)))(at).toArray());
  });

  it("is the slope at the end, by the last time", () => {
    const end = (t: Tensor): Tensor =>
      integrate((_t: Tensor, y: Tensor, k: Tensor) => y.mul(k), 1, { times: np.stack([0, t]), rtol: 1e-11 }, 0.5).final;
    const slope = 0.5 * Math.exp(0.5 * 2);
    expect(Math.abs(grad(end)(2).item() / slope - 1)).toBeLessThan(1e-8);
    expect(Math.abs(jvp(end, [2], [1])[1].item() / slope - 1)).toBeLessThan(1e-8);
  });

  it("goes through output times", () => {
    const between = (t: Tensor): Tensor =>
      integrate((_t: Tensor, y: Tensor) => y, 1, { times: np.stack([0, t, 2]), rtol: 1e-10, atol: 1e-10 }, null)
        .outputs.at(1)
        .get();
    expect(Math.abs(grad(between)(1.3).item() / Math.exp(1.3) - 1)).toBeLessThan(1e-6);
  });

  it("has no NaN where steps are rejected and the last one is cut", () => {
    const loss = (rate: Tensor): Tensor =>
      integrate(
        (_t: Tensor, y: Tensor) => y.mul(np.sub(1, y)).mul(rate),
        0.1,
        { times: [0, 1], firstStep: 1, rtol: 1e-10, atol: 1e-12 },
        null,
      ).final;
    const [e, y] = [Math.exp(-3), 1 / (1 + 9 * Math.exp(-3))];
    expect(Math.abs(grad(loss)(3).item() - 9 * e * y * y)).toBeLessThan(1e-8);
  });

  it("has no NaN where the run starts at rest, or takes a single step", () => {
    const still = (x: Tensor): Tensor =>
      integrate((_t: Tensor, y: Tensor) => y.neg(), x, { times: [0, 1] }, null).final;
    // At 0 there is no error to see: few, long steps.
    expect(Math.abs(grad(still)(0).item() - Math.exp(-1))).toBeLessThan(1e-3);
    const one = (x: Tensor): Tensor =>
      integrate((_t: Tensor, _y: Tensor, k: Tensor) => k, 0, { times: [0, 1], firstStep: 5 }, x).final;
    expect(grad(one)(3).item()).toBeCloseTo(1, 14);
  });

  it("has no NaN where steps are tried outside of the right-hand side's domain", () => {
    // sqrt(y) = 1 - k t / 2; a first step to t = 1.9 runs into the roots of negative numbers.
    const drain = (_t: Tensor, y: Tensor, k: Tensor): Tensor => np.sqrt(y).mul(k).neg();
    const run = (k: Tensor) => integrate(drain, 1, { times: [0, 1, 1.9], firstStep: 1.9, rtol: 1e-9 }, k);
    expect(run(np.array(1)).rejected.item()).toBeGreaterThan(0);
    const slope = grad((k: Tensor) => run(k).final.add(run(k).outputs.at(1).get()))(1).item();
    expect(Math.abs(slope + 1.9 * 0.05 + 0.5)).toBeLessThan(1e-6);
  });

  it("is mapped, each element with its own steps", () => {
    const loss = lossOf({ times: [0, 0.5, 2] });
    const points = np.stack([at, at.mul(1.5), at.mul(4)]);
    const mapped = jit(vmap(grad(loss)))(points);
    const alone = [0, 1, 2].map((i) => jit(grad(loss))(points.at(i).get()).toArray());
    expect(mapped.toArray()).toEqual(alone);
    const summed = jit(grad((all: Tensor) => vmap(loss)(all).sum()))(points);
    expectClose(summed, mapped.data, 1e-12);
  });

  it("has a second derivative, forward over reverse and in reverse", () => {
    const loss = lossOf({ times: [0, 1], rtol: 1e-8 });
    const wanted = jit(hessian(loss))(at);
    expectClose(jit(jacrev(grad(loss)))(at), wanted.data, 1e-10);
    for (let i = 0; i < 4; i++) {
      const row = differences(
        (x) =>
          jit(grad(lossOf({ times: [0, 1], rtol: 1e-12, atol: 1e-12 })))(x)
            .at(i)
            .get(),
        at,
        1e-3,
      );
      expectClose(wanted.at(i).get(), row, 1e-5);
    }
  });
});
