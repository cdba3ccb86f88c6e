import { describe, expect, it } from "@jest/globals";
import { ArgumentError, DTypeError, NumericalError, ShapeError, TreeError } from "../../util/errors.js";
import { jit } from "../../compile/jit.js";
import { vmap } from "../../compile/vmap.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { grad } from "../../compile/grad.js";
import { statusOf } from "../status.js";
import { dormandPrince5 } from "./dormandPrince5.js";
import { euler } from "./euler.js";
import { integrate } from "./integrate.js";
import { adaptiveMethods, fixedMethods, stiffMethods } from "./integrators.js";
import { rk4 } from "./rk4.js";
import { tsit5 } from "./tsit5.js";
import { velocityVerlet } from "./velocityVerlet.js";

interface Oscillator {
  readonly position: Tensor;
  readonly velocity: Tensor;
}

/** x'' = -w^2 x + cos t: x = (1 - 1/(w^2 - 1)) cos w t + cos t / (w^2 - 1) from x(0) = 1, x'(0) = 0. */
const driven = (t: Tensor, { position, velocity }: Oscillator, w: Tensor): Oscillator => ({
  position: velocity,
  velocity: np.add(np.mul(position, np.square(w)).neg(), np.cos(t)),
});
const atRest = { position: 1, velocity: 0 };
const drivenPosition = (w: number, t: number): number =>
  (1 - 1 / (w * w - 1)) * Math.cos(w * t) + Math.cos(t) / (w * w - 1);
const drivenVelocity = (w: number, t: number): number =>
  -(1 - 1 / (w * w - 1)) * w * Math.sin(w * t) - Math.sin(t) / (w * w - 1);

/** Lotka and Volterra: prey and predator. */
const predation = (_t: Tensor, y: Tensor, p: Tensor): Tensor => {
  const [prey, predator] = [y.at(0).get(), y.at(1).get()];
  const eaten = prey.mul(predator);
  return np.stack([
    p.at(0).get().mul(prey).sub(p.at(1).get().mul(eaten)),
    p.at(3).get().mul(eaten).sub(p.at(2).get().mul(predator)),
  ]);
};
const rates = np.array([1.5, 1, 3, 1]);
/** From (10, 5) after the time 5: Taylor series of order 30 with 500 and 1000 steps in 50 decimal digits, which agree to 37. */
const predationAt5 = [0.26418677211866127642, 3.1341331610699513162];
const logistic = (_t: Tensor, y: Tensor, rate: Tensor): Tensor => y.mul(np.sub(1, y)).mul(rate);
const growth = (_t: Tensor, y: Tensor, rate: Tensor): Tensor => y.mul(rate);

describe.each(fixedMethods.map((method) => [method.name, method] as const))("%s", (_, method) => {
  it("converges with its order", () => {
    const errors = [40, 80, 160, 320].map((substeps) => {
      const { final } = integrate(driven, atRest, { times: [0, 3], method, substeps }, 2);
      return Math.abs(final.position.item() - drivenPosition(2, 3));
    });
    for (let i = 1; i < errors.length; i++) {
      const order = Math.log2((errors[i - 1] as number) / (errors[i] as number));
      expect(order).toBeGreaterThan(method.order - 0.15);
      expect(order).toBeLessThan(method.order + 0.35);
    }
  });

  it("gives the states at all times", () => {
    const times = [0, 0.5, 1.5, 3];
    const run = integrate(driven, atRest, { times, method, substeps: 4000 }, 2);
    times.forEach((t, i) =>
      expect(Math.abs((run.outputs.position.data[i] as number) - drivenPosition(2, t))).toBeLessThan(5e-3),
    );
    expect(run.outputs.position.data[3]).toBe(run.final.position.item());
    expect([run.accepted.item(), run.rejected.item()]).toEqual([12_000, 0]);
    expect(statusOf(run.status).name).toBe("ok");
  });
});

describe.each([...adaptiveMethods, ...stiffMethods].map((method) => [method.name, method] as const))(
  "%s",
  (_, method) => {
    it("converges with order 5 in the step", () => {
      // The steps are held at their size by loose tolerances and a factor next to 1.
      const held = { ...method, controller: { ...method.controller, minFactor: 1 - 1e-12, maxFactor: 1 } };
      const errors = [20, 40, 80, 160].map((steps) => {
        const run = integrate(driven, atRest, { times: [0, 3], method: held, rtol: 1e3, firstStep: 3 / steps }, 2);
        expect([run.accepted.item(), run.rejected.item()]).toEqual([steps, 0]);
        const { position, velocity } = run.final;
        return Math.hypot(position.item() - drivenPosition(2, 3), velocity.item() - drivenVelocity(2, 3));
      });
      for (let i = 1; i < errors.length; i++) {
        const order = Math.log2((errors[i - 1] as number) / (errors[i] as number));
        expect(order).toBeGreaterThan(4.8);
        // Errors of order 6 can still be the larger ones at the first steps.
        expect(order).toBeLessThan(i === errors.length - 1 ? 5.5 : 6);
      }
    });

    it.each([1e-4, 1e-7, 1e-10])("keeps the error near the tolerance %d, at the end and between the steps", (rtol) => {
      const times = np.linspace(0, 10, 101);
      const { outputs, status } = integrate(driven, atRest, { times, method, rtol, atol: rtol }, 2);
      const errors = Array.from(outputs.position.data, (x, i) => Math.abs(x - drivenPosition(2, i / 10)));
      expect(Math.max(...errors)).toBeLessThan(50 * rtol);
      expect(statusOf(status).name).toBe("ok");
    });

    it("does not let output times steer the steps", () => {
      const few = integrate(predation, np.array([10, 5]), { times: [0, 5], method }, rates);
      const many = integrate(predation, np.array([10, 5]), { times: np.linspace(0, 5, 400), method }, rates);
      expect(many.final.toArray()).toEqual(few.final.toArray());
      expect(many.accepted.item()).toBe(few.accepted.item());
      expect(many.outputs.at(399).get().toArray()).toEqual(few.final.toArray());
      expect(many.outputs.at(0).get().toArray()).toEqual([10, 5]);
    });

    it("solves the equations of Lotka and Volterra", () => {
      const { final, outputs } = integrate(
        predation,
        np.array([10, 5]),
        { times: np.linspace(0, 5, 51), method, rtol: 1e-11, atol: 1e-11 },
        rates,
      );
      predationAt5.forEach((value, i) => expect(Math.abs((final.data[i] as number) / value - 1)).toBeLessThan(1e-8));
      // The invariant of the motion.
      const invariant = (i: number): number => {
        const [x, y] = [outputs.data[2 * i] as number, outputs.data[2 * i + 1] as number];
        return x - 3 * Math.log(x) + y - 1.5 * Math.log(y);
      };
      for (let i = 1; i < 51; i++) expect(Math.abs(invariant(i) - invariant(0))).toBeLessThan(1e-7);
    });

    it("rejects steps that are too large, and goes on", () => {
      const run = integrate(logistic, 0.5, { times: [0, 4], method, firstStep: 4, rtol: 1e-8 }, 10);
      expect(run.rejected.item()).toBeGreaterThan(0);
      expect(run.final.item()).toBeCloseTo(1 / (1 + Math.exp(-40)), 7);
    });

    it("works in float32", () => {
      const run = integrate(
        growth,
        np.array(1, "float32"),
        { times: [0, 1], method, rtol: 1e-5 },
        np.array(1, "float32"),
      );
      expect([run.final.dtype, run.times.dtype]).toEqual(["float32", "float32"]);
      expect(Math.abs(run.final.item() - Math.E)).toBeLessThan(1e-4);
    });

    it("ends with a status where it cannot go on", () => {
      const few = integrate(growth, 1, { times: [0, 1, 2], method, maxSteps: 3, rtol: 1e-10 }, 1);
      expect(statusOf(few.status).name).toBe("maxSteps");
      expect(few.accepted.item() + few.rejected.item()).toBe(3);
      expect(few.outputs.data[2]).toBeNaN();
      // y' = y^2 from 1 is infinite at t = 1.
      const pole = integrate((_t: Tensor, y: Tensor) => y.square(), 1, { times: [0, 2], method }, null);
      expect(["stepUnderflow", "nonFinite"]).toContain(statusOf(pole.status).name);
      const undefinedThere = integrate((_t: Tensor, y: Tensor) => np.sqrt(y.neg()), 1, { times: [0, 2], method }, null);
      expect(statusOf(undefinedThere.status).name).toBe("nonFinite");
      expect(statusOf(undefinedThere.status).remedy).not.toBe("");
    });

    it("takes other steps for each element of a batch, with the results of each alone", () => {
      const times = [0, 0.3, 2];
      const solve = (rate: Tensor): { y: Tensor; n: Tensor; out: Tensor } => {
        const run = integrate(logistic, 0.1, { times, method }, rate);
        return { y: run.final, n: run.accepted, out: run.outputs };
      };
      const batch = vmap(solve)(np.array([1, 5, 25]));
      const alone = [1, 5, 25].map((rate) => jit(solve)(rate));
      expect(batch.y.toArray()).toEqual(alone.map(({ y }) => y.item()));
      expect(batch.n.toArray()).toEqual(alone.map(({ n }) => n.item()));
      expect(batch.out.toArray()).toEqual(alone.map(({ out }) => out.toArray()));
      expect(new Set(batch.n.toArray() as number[]).size).toBe(3);
    });
  },
);

describe("velocityVerlet", () => {
  const pendulum = (_t: Tensor, { position, velocity }: Oscillator, g: Tensor): Oscillator => ({
    position: velocity,
    velocity: np.sin(position).mul(g).neg(),
  });

  it("keeps the energy of a long run", () => {
    const { outputs } = integrate(
      pendulum,
      { position: 1, velocity: 0 },
      { times: np.linspace(0, 1000, 101), method: velocityVerlet(), substeps: 200 },
      1,
    );
    const energies = Array.from(
      outputs.position.data,
      (x, i) => (outputs.velocity.data[i] as number) ** 2 / 2 - Math.cos(x),
    );
    expect(Math.max(...energies) - Math.min(...energies)).toBeLessThan(5e-4);
  });

  it("steps back", () => {
    const method = velocityVerlet();
    const derivative = (_t: Tensor, [x, v]: readonly Tensor[]): readonly Tensor[] => [
      v as Tensor,
      np.sin(x as Tensor).neg(),
    ];
    const [t, h] = [np.array(0), np.array(0.1)];
    const there = method.step(derivative, t, [np.array(1), np.array(0.5)], h);
    const back = method.stepBack?.(derivative, t, there, h) as readonly Tensor[];
    expect(back[0]?.item()).toBeCloseTo(1, 14);
    expect(back[1]?.item()).toBeCloseTo(0.5, 14);
  });

  it("refuses a gradient by stepping back where the force depends on the velocity", () => {
    const damped = (_t: Tensor, { position, velocity }: Oscillator, k: Tensor): Oscillator => ({
      position: velocity,
      velocity: np.add(position, velocity.mul(k)).neg(),
    });
    const loss = (k: Tensor): Tensor =>
      integrate(damped, atRest, { times: [0, 20], method: velocityVerlet(), substeps: 100 }, k).final.position;
    expect(() => grad(loss)(0.5)).toThrow(NumericalError);
  });

  it("wants positions and velocities", () => {
    expect(() => integrate(growth, np.ones(3), { times: [0, 1], method: velocityVerlet() }, 1)).toThrow(/position/);
  });
});

describe("integrate", () => {
  it("takes its defaults", () => {
    const run = integrate(growth, 1, { times: [0, 1] }, 1);
    expect(Math.abs(run.final.item() - Math.E)).toBeLessThan(1e-5);
    expect(run.outputs.shape).toEqual([2]);
  });

  it("can be called eagerly and compiled, with the same bits", () => {
    const solve = (rate: Tensor): Tensor => integrate(logistic, 0.1, { times: [0, 1, 3] }, rate).outputs;
    expect(jit(solve)(2).toArray()).toEqual(solve(np.array(2)).toArray());
  });

  it.each<[string, () => unknown, unknown, RegExp]>([
    ["one time", () => integrate(growth, 1, { times: [0] }, 1), ArgumentError, /at least two/],
    ["equal times", () => integrate(growth, 1, { times: [0, 1, 1] }, 1), ArgumentError, /times\[2\] = 1 after 1/],
    ["NaN times", () => integrate(growth, 1, { times: [0, NaN] }, 1), ArgumentError, /times\[1\] = NaN/],
    ["a tolerance of 0", () => integrate(growth, 1, { times: [0, 1], atol: 0 }, 1), ArgumentError, /atol: 0/],
    ["a tolerance of NaN", () => integrate(growth, 1, { times: [0, 1], rtol: NaN }, 1), ArgumentError, /rtol: NaN/],
    [
      "substeps of an adaptive method",
      () => integrate(growth, 1, { times: [0, 1], substeps: 3 }, 1),
      ArgumentError,
      /rtol/,
    ],
    [
      "tolerances of a fixed one",
      () => integrate(growth, 1, { times: [0, 1], method: rk4(), rtol: 1 }, 1),
      ArgumentError,
      /substeps/,
    ],
    ["stepping back", () => integrate(growth, 1, { times: [0, 1], adjoint: "inverse" }, 1), ArgumentError, /backwards/],
    ["integers", () => integrate(growth, np.array(1, "int32"), { times: [0, 1] }, 1), DTypeError, /int32/],
    [
      "mixed dtypes",
      () => integrate((_t: Tensor, y: Tensor[]) => y, [np.ones(1), np.ones(1, "float32")], { times: [0, 1] }, 1),
      DTypeError,
      /float32/,
    ],
    [
      "an empty state",
      () => integrate((_t: Tensor, y: Tensor[]) => y, [], { times: [0, 1] }, 1),
      TreeError,
      /no leaves/,
    ],
    [
      "another tree",
      () => integrate(((_t: Tensor, y: Tensor) => [y]) as never, 1, { times: [0, 1] }, 1),
      TreeError,
      /right-hand side/,
    ],
    [
      "another shape",
      () => integrate((_t: Tensor, _y: Tensor) => np.ones(2), 1, { times: [0, 1] }, 1),
      ShapeError,
      /right-hand side/,
    ],
    ["a bad controller", () => tsit5({ minFactor: 2 }), ArgumentError, /minFactor/],
    ["a bad controller of the other", () => dormandPrince5({ beta: 1 }), ArgumentError, /beta/],
    [
      "half a step",
      () => integrate(growth, 1, { times: [0, 1], method: euler(), substeps: 0.5 }, 1),
      ArgumentError,
      /substeps: 0.5/,
    ],
  ])("refuses %s", (_, run, error, text) => {
    expect(run).toThrow(error as never);
    expect(run).toThrow(text);
  });
});
