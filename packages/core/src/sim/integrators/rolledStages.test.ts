import { describe, expect, it } from "@jest/globals";
import { grad } from "../../compile/grad.js";
import { jit } from "../../compile/jit.js";
import { jvp } from "../../compile/forward.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { integrate } from "./integrate.js";
import { rolledStageSlopes } from "./rolledStages.js";
import { stageSlopes } from "./rungeKutta.js";
import { tsit5 } from "./tsit5.js";

/** A right-hand side on a vector and a matrix, both of which move, and a leaf that is held. */
const derivative = (t: Tensor, [x, m, held]: readonly Tensor[]): readonly (Tensor | null)[] => [
  np.mul(np.sin(x as Tensor), np.add(t, held as Tensor)),
  np.mul(m as Tensor, np.sum(x as Tensor)),
  null,
];
const state = [
  np.array([0.3, -1.2, 2]),
  np.array([
    [1, 2],
    [0.5, -1],
  ]),
  np.array(0.7),
];

describe("stages in a loop", () => {
  it("are those without a loop, but for rounding", () => {
    const { tableau } = tsit5();
    const [time, h] = [np.array(0.4), np.array(0.1)];
    const all = [stageSlopes, rolledStageSlopes].map((slopesOf) =>
      slopesOf(tableau, derivative, time, state, h, derivative(time, state)),
    );
    all[0]!.forEach((slopes, j) => {
      slopes.forEach((slope, i) => {
        const other = all[1]![j]![i] ?? null;
        if (slope === null) expect(other).toBeNull();
        else slope.data.forEach((value, k) => expect(other?.data[k]).toBeCloseTo(value, 13));
      });
    });
  });

  it("serve right-hand sides of many equations, with the same derivative forward and in reverse", () => {
    // Sixty scalar equations: a chain of decays.
    const chain = (_t: Tensor, y: Tensor, k: Tensor): Tensor => {
      const flows = Array.from({ length: 20 }, (_, i) =>
        y
          .at(i)
          .get()
          .mul(k)
          .mul(1 + 0.1 * i),
      );
      return np.stack(flows.map((flow, i) => (i === 0 ? flow.neg() : (flows[i - 1] as Tensor).sub(flow))));
    };
    const start = np.array(Float64Array.from({ length: 20 }, (_, i) => (i === 0 ? 1 : 0)));
    const end = (k: Tensor): Tensor =>
      integrate(chain, start, { times: [0, 3], rtol: 1e-10, atol: 1e-12 }, k)
        .final.at(3)
        .get();
    const k = np.array(0.8);
    const forward = jit((x: Tensor) => jvp(end, [x], [np.array(1)])[1])(k).item();
    const reverse = jit(grad(end))(k).item();
    expect(Math.abs(forward / reverse - 1)).toBeLessThan(1e-10);
    const value = jit(end);
    const difference = (value(0.8 + 1e-4).item() - value(0.8 - 1e-4).item()) / 2e-4;
    expect(reverse).toBeCloseTo(difference, 7);
  });
});
