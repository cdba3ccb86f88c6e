import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "../../../util/errors.js";
import { grad } from "../../../compile/grad.js";
import { jacfwd } from "../../../compile/jacobian.js";
import { jit } from "../../../compile/jit.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import { stiffProblems, vanDerPol } from "../../../testing/stiffProblems.js";
import { statusOf } from "../../status.js";
import { integrate } from "../integrate.js";
import type { IntegrationMethod } from "../method.js";
import { tsit5 } from "../tsit5.js";
import { autoSwitch } from "./autoSwitch.js";
import { rodas5p } from "./rodas5p.js";

/** Follows cos t with a rate that rises from 1 to 1e5 and falls again, around t = 5. */
const waxing = (t: Tensor, y: Tensor): Tensor => {
  const rate = np.exp(np.clip(np.sub(3, np.abs(t.sub(5))), 0, 3).mul(Math.log(1e5) / 3));
  return y.sub(np.cos(t)).mul(rate).neg();
};

function steps(
  rhs: typeof waxing,
  y0: readonly number[],
  end: number,
  method: IntegrationMethod,
  rtol: number,
): number {
  const { status, accepted, rejected } = integrate(
    rhs,
    np.array([...y0]),
    { times: [0, end], method, rtol, atol: rtol, maxSteps: 1e6 },
    null,
  );
  expect(statusOf(status).name).toBe("ok");
  return accepted.item() + rejected.item();
}

describe("autoSwitch", () => {
  it.each(stiffProblems.map((problem) => [problem.name, problem] as const))("solves %s", (_, problem) => {
    const rtol = 1e-6;
    const { final, accepted } = integrate(
      problem.rhs,
      np.array([...problem.start]),
      { times: [0, problem.end], method: autoSwitch(), rtol, atol: rtol * problem.atol },
      np.array([...problem.params]),
    );
    problem.final.forEach((value, i) => expect(Math.abs((final.data[i] as number) / value - 1)).toBeLessThan(3 * rtol));
    // Tsit5 alone takes from thousands to billions of steps for all but the last.
    expect(accepted.item()).toBeLessThan(1500);
  });

  it("takes the steps of the explicit method where nothing is stiff", () => {
    const turn = (t: Tensor, y: Tensor): Tensor => np.stack([y.at(1).get().neg(), y.at(0).get().add(np.sin(t))]);
    const run = (method: IntegrationMethod) =>
      integrate(turn, np.array([1, 0]), { times: [0, 20], method, rtol: 1e-7 }, null);
    const [both, explicit] = [run(autoSwitch()), run(tsit5({ maxFactor: 6 }))];
    expect(both.accepted.item()).toBe(explicit.accepted.item());
    // factors of loops are regrouped in each program in its own way
    both.final.data.forEach((value, i) => expect(value).toBeCloseTo(explicit.final.data[i] as number, 11));
  });

  it("switches there and back", () => {
    const [both, explicit, stiff] = [autoSwitch(), tsit5(), rodas5p()].map((method) =>
      steps(waxing, [1], 10, method, 1e-7),
    );
    expect(both).toBeLessThan(0.2 * (explicit as number));
    expect(both).toBeLessThan(1.2 * (stiff as number));
    // after it is over, no stiff step is taken any more: from then on it is as good as the explicit method
    const calm = (t: Tensor, y: Tensor): Tensor => waxing(t, y);
    const late = (method: IntegrationMethod): number =>
      steps(calm, [1], 40, method, 1e-7) - steps(calm, [1], 10, method, 1e-7);
    expect(Math.abs(late(autoSwitch()) - late(tsit5()))).toBeLessThan(20);
    expect(late(autoSwitch())).not.toBe(late(rodas5p()));
  });

  it("has a derivative through its switches, the same forward and in reverse", () => {
    const loss = (x: Tensor): Tensor => {
      const params = x.slice([2, 3]).mul(100);
      const { final, outputs } = integrate(
        vanDerPol,
        x.slice([0, 2]),
        { times: [0, 40, 120], method: autoSwitch(), rtol: 1e-9, atol: 1e-9 },
        params,
      );
      return final.square().sum().add(outputs.at(1, 0).get());
    };
    const x = np.array([2, 0, 1]);
    const [forward, reverse] = [jit(jacfwd(loss))(x), jit(grad(loss))(x)];
    const value = jit(loss);
    const moved = (i: number, by: number): number =>
      value(np.array(Array.from(x.data, (v, k) => (k === i ? v + by : v)))).item();
    [0, 1, 2].forEach((i) => {
      const [f, r] = [forward.data[i] as number, reverse.data[i] as number];
      expect(Math.abs(f - r)).toBeLessThan(1e-9 * Math.abs(f) + 1e-12);
      const h = 1e-3;
      const difference = (8 * (moved(i, h) - moved(i, -h)) - (moved(i, 2 * h) - moved(i, -2 * h))) / (12 * h);
      expect(Math.abs(f - difference)).toBeLessThan(1e-4 * Math.abs(f) + 1e-6);
    });
  });

  it("refuses a control that cannot work", () => {
    expect(() => autoSwitch({ safety: 0 })).toThrow(ArgumentError);
    const other = { ...tsit5(), tableau: { ...tsit5().tableau, errorOrder: 3 } };
    expect(() => autoSwitch({ nonStiff: other })).toThrow(/different orders/);
  });
});
