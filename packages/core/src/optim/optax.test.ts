import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { grad } from "../compile/grad.js";
import { jit } from "../compile/jit.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { adagrad } from "./adagrad.js";
import { adam } from "./adam.js";
import { adamw } from "./adamw.js";
import { addDecayedWeights } from "./addDecayedWeights.js";
import { amsgrad } from "./amsgrad.js";
import { applyUpdates } from "./applyUpdates.js";
import { chain, type AnyTransformation } from "./chain.js";
import { clip, clipByGlobalNorm } from "./clip.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { lion } from "./lion.js";
import { rmsprop } from "./rmsprop.js";
import { scale } from "./scale.js";
import { scaleBySchedule } from "./scaleBySchedule.js";
import { constantSchedule } from "./schedule/constant.js";
import { cosineSchedule } from "./schedule/cosine.js";
import { exponentialSchedule } from "./schedule/exponential.js";
import { joinSchedules } from "./schedule/join.js";
import { linearSchedule } from "./schedule/linear.js";
import { piecewiseSchedule } from "./schedule/piecewise.js";
import type { Schedule } from "./schedule/schedule.js";
import { warmup } from "./schedule/warmup.js";
import { sgd } from "./sgd.js";

// optax 0.2.8; written by bench/peers/optax_trajectories.py, which says how.
interface Stored {
  readonly stored: readonly number[];
  readonly starts: Readonly<Record<string, readonly number[]>>;
  readonly leastSquares: { readonly times: readonly number[]; readonly data: readonly number[] };
  readonly trajectories: Readonly<Record<string, Readonly<Record<string, readonly (readonly number[])[]>>>>;
  readonly counts: readonly number[];
  readonly schedules: Readonly<Record<string, readonly number[]>>;
}
const optax = JSON.parse(readFileSync(new URL("./testdata/optax.json", import.meta.url), "utf8")) as Stored;

const problems: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  rosenbrock(x) {
    const [head, tail] = [x.slice([0, 2]), x.slice([1])];
    const valley = np.mul(np.square(np.sub(tail, np.square(head))), 100);
    return np.sum(np.add(valley, np.square(np.sub(1, head))));
  },
  quadratic(x) {
    const d = np.sub(x, [1, -1, 0.5, 2]);
    const bowl = np.mul(np.sum(np.mul(np.square(d), [1, 4, 20, 100])), 0.5);
    return np.add(bowl, np.mul(np.mul(d.slice(0), d.slice(1)), 0.5));
  },
  leastSquares(x) {
    const { times, data } = optax.leastSquares;
    const decay = np.exp(np.neg(np.mul(x.slice(1), np.array(times))));
    return np.mul(np.sum(np.square(np.sub(np.mul(x.slice(0), decay), np.array(data)))), 0.5);
  },
};

const optimizers: Readonly<Record<string, AnyTransformation>> = {
  sgd: sgd({ learningRate: 1e-3 }),
  sgdMomentum: sgd({ learningRate: 5e-4, momentum: 0.9 }),
  sgdNesterov: sgd({ learningRate: 5e-4, momentum: 0.9, nesterov: true }),
  adam: adam({ learningRate: 0.05 }),
  adamOptions: adam({ learningRate: 0.02, b1: 0.8, b2: 0.95, eps: 1e-6 }),
  adamw: adamw({ learningRate: 0.05, weightDecay: 0.01 }),
  adamwMasked: adamw({ learningRate: 0.05, weightDecay: 0.1, mask: false }),
  amsgrad: amsgrad({ learningRate: 0.05 }),
  rmsprop: rmsprop({ learningRate: 0.01 }),
  rmspropCentered: rmsprop({ learningRate: 0.01, decay: 0.95, centered: true, momentum: 0.5 }),
  rmspropNesterov: rmsprop({ learningRate: 0.005, momentum: 0.8, nesterov: true }),
  adagrad: adagrad({ learningRate: 0.3 }),
  lion: lion({ learningRate: 0.01 }),
  clip: chain(clip(0.7), sgd({ learningRate: 0.02 })),
  clipByGlobalNorm: chain(clipByGlobalNorm(1.5), sgd({ learningRate: 0.02 })),
  addDecayedWeights: chain(addDecayedWeights(0.05), sgd({ learningRate: 1e-3 })),
  adamLinear: adam({ learningRate: linearSchedule({ start: 0.1, end: 0.001, steps: 40, delay: 5 }) }),
  adamCosine: adam({ learningRate: cosineSchedule({ start: 0.1, end: 0.01, steps: 50 }) }),
  adamExponential: adam({ learningRate: exponentialSchedule({ start: 0.1, rate: 0.5, steps: 10 }) }),
  adamWarmup: adam({ learningRate: warmup({ steps: 10, then: cosineSchedule({ start: 0.1, steps: 40 }) }) }),
  adamPiecewise: adam({
    learningRate: piecewiseSchedule({
      start: 0.1,
      factors: [
        [10, 0.5],
        [30, 0.1],
      ],
    }),
  }),
  scaleBySchedule: chain(
    scaleBySchedule(exponentialSchedule({ start: 1, rate: 0.3, steps: 7, staircase: true, end: 0.02 })),
    scale(-1e-3),
  ),
};

const schedules: Readonly<Record<string, Schedule>> = {
  constant: constantSchedule(0.3),
  linear: linearSchedule({ start: 0.1, end: 0.001, steps: 40, delay: 5 }),
  cosine: cosineSchedule({ start: 0.1, end: 0.01, steps: 50, exponent: 1.5 }),
  exponential: exponentialSchedule({ start: 0.1, rate: 0.5, steps: 10, delay: 4 }),
  exponentialStaircase: exponentialSchedule({ start: 0.1, rate: 0.5, steps: 10, staircase: true, end: 0.02 }),
  exponentialGrowth: exponentialSchedule({ start: 0.1, rate: 1.5, steps: 10, end: 0.4 }),
  piecewise: piecewiseSchedule({
    start: 0.1,
    factors: [
      [30, 0.1],
      [10, 0.5],
    ],
  }),
  warmup: warmup({ steps: 10, start: 0.01, then: cosineSchedule({ start: 0.1, end: 0.02, steps: 40 }) }),
  join: joinSchedules(
    [constantSchedule(0.1), linearSchedule({ start: 0.1, end: 0, steps: 10 }), constantSchedule(0.05)],
    [7, 21],
  ),
};

/** The compiled update of one optimizer on one problem. */
function stepOf(problem: (x: Tensor) => Tensor, optimizer: GradientTransformation<unknown>) {
  const gradient = grad(problem);
  return jit((x: Tensor, state: unknown): [Tensor, unknown] => {
    const [updates, next] = optimizer.update(gradient(x), state, x);
    return [applyUpdates(x, updates), next];
  });
}

describe("iterates of optax", () => {
  it("are compared for every optimizer that was stored", () => {
    expect(Object.keys(optimizers).sort()).toEqual(Object.keys(optax.trajectories).sort());
    expect(Object.keys(schedules).sort()).toEqual(Object.keys(optax.schedules).sort());
  });

  it.each(Object.keys(optimizers))("%s: the same to 1e-10 on three problems", (name) => {
    for (const [label, problem] of Object.entries(problems)) {
      const optimizer = optimizers[name] as unknown as GradientTransformation<unknown>;
      const step = stepOf(problem, optimizer);
      let x = np.array(optax.starts[label] as readonly number[]);
      let state = optimizer.init(x);
      const found: number[][] = [];
      for (let count = 1; count <= Math.max(...optax.stored); count++) {
        [x, state] = step(x, state as never) as [Tensor, unknown];
        if (optax.stored.includes(count)) found.push(Array.from(x.data));
      }
      const distances = (optax.trajectories[name]?.[label] ?? []).map((iterate, i) =>
        Math.max(...iterate.map((value, entry) => Math.abs(value - (found[i]?.[entry] as number)))),
      );
      expect(distances).toHaveLength(optax.stored.length);
      distances.forEach((distance) => expect(distance).toBeLessThan(1e-10));
    }
  });

  it.each(Object.keys(schedules))("the schedule %s has the same values", (name) => {
    const schedule = schedules[name] as Schedule;
    const traced = jit((count: Tensor) => schedule(count));
    optax.counts.forEach((count, i) => {
      const expected = optax.schedules[name]?.[i] as number;
      expect(Math.abs(schedule(count).item() - expected)).toBeLessThan(1e-15);
      expect(traced(np.array(count, "int32")).item()).toBe(schedule(count).item());
    });
  });
});
