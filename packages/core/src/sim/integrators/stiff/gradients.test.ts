import { describe, expect, it } from "@jest/globals";
import { grad } from "../../../compile/grad.js";
import { jacfwd } from "../../../compile/jacobian.js";
import { jit } from "../../../compile/jit.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import { stiffProblems } from "../../../testing/stiffProblems.js";
import { integrate } from "../integrate.js";
import { rodas5p } from "./rodas5p.js";

/** How far each problem is followed, and what its loss weighs each entry of the state with: times and sizes at which it is sensitive. */
const runs: Readonly<Record<string, { readonly end: number; readonly scale: (i: number) => number }>> = {
  Robertson: { end: 40, scale: (i) => (i === 1 ? 1e5 : 1) },
  "van der Pol with mu = 1000": { end: 600, scale: (i) => (i === 1 ? 1e3 : 1) },
  HIRES: { end: 50, scale: () => 100 },
  Oregonator: { end: 5, scale: (i) => [1, 1e-2, 1e-2][i] as number },
  "Brusselator with diffusion": { end: 3, scale: () => 1 },
};

describe.each(stiffProblems.map((problem) => [problem.name, problem] as const))(
  "the derivative of %s",
  (name, problem) => {
    const { end, scale } = runs[name] as { end: number; scale: (i: number) => number };
    const weights = np.array(problem.start.map((_, i) => scale(i)));
    const params = np.array([...problem.params]);
    /** By the logarithms of the parameters and the first entry of the start, added to it. */
    const loss = (x: Tensor): Tensor => {
      const moved = params.mul(np.exp(x.slice([0, params.size])));
      const first = np.pad(x.slice([params.size, params.size + 1]), [[0, problem.start.length - 1]]);
      const { final, outputs } = integrate(
        problem.rhs,
        np.array([...problem.start]).add(first),
        { times: [0, end / 3, end], method: rodas5p(), rtol: 1e-11, atol: 1e-11 * problem.atol },
        moved,
      );
      return final.mul(weights).square().sum().add(outputs.slice(1, null).mul(weights).sum());
    };
    const at = np.zeros(problem.params.length + 1);

    const reverse = jit(grad(loss))(at);
    const largest = Math.max(...Array.from(reverse.data, Math.abs));

    it("is the same forward and in reverse", () => {
      expect(largest).toBeGreaterThan(1e-6);
      jit(jacfwd(loss))(at).data.forEach((value, i) =>
        expect(Math.abs(value - (reverse.data[i] as number)) / largest).toBeLessThan(1e-9),
      );
    });

    it("agrees with finite differences", () => {
      const value = jit(loss);
      const h = 3e-4;
      reverse.data.forEach((slope, i) => {
        const moved = (by: number): number =>
          value(np.array(Array.from(at.data, (v, k) => (k === i ? v + by : v)))).item();
        const difference = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
        expect(Math.abs(slope - difference) / largest).toBeLessThan(1e-6);
      });
    });
  },
);
