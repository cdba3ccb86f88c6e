import { describe, expect, it } from "@jest/globals";
import { ArgumentError, TreeError } from "../util/errors.js";
import { grad } from "../compile/grad.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { adagrad, scaleByRootSum } from "./adagrad.js";
import { adam } from "./adam.js";
import { adamw } from "./adamw.js";
import { addDecayedWeights } from "./addDecayedWeights.js";
import { amsgrad } from "./amsgrad.js";
import { applyUpdates } from "./applyUpdates.js";
import { chain, type AnyTransformation } from "./chain.js";
import { clip, clipByGlobalNorm } from "./clip.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { lion } from "./lion.js";
import { mask } from "./mask.js";
import { momentum } from "./momentum.js";
import { rmsprop } from "./rmsprop.js";
import { scale } from "./scale.js";
import { scaleBySchedule } from "./scaleBySchedule.js";
import { cosineSchedule } from "./schedule/cosine.js";
import { constantSchedule } from "./schedule/constant.js";
import { exponentialSchedule } from "./schedule/exponential.js";
import { joinSchedules } from "./schedule/join.js";
import { linearSchedule } from "./schedule/linear.js";
import { piecewiseSchedule } from "./schedule/piecewise.js";
import { warmup } from "./schedule/warmup.js";
import { sgd } from "./sgd.js";

const falling = linearSchedule({ start: 0.1, end: 0, steps: 4 });
const all: Readonly<Record<string, AnyTransformation>> = {
  sgd: sgd({ learningRate: falling, momentum: 0.9, nesterov: true }),
  momentum: momentum({ decay: 0.5 }),
  adam: adam({ learningRate: falling }),
  adamw: adamw({ learningRate: 0.1, mask: (path) => path !== ".b" }),
  amsgrad: amsgrad({ learningRate: 0.1 }),
  rmsprop: rmsprop({ learningRate: 0.1, centered: true, momentum: 0.5 }),
  adagrad: adagrad({ learningRate: 0.1 }),
  lion: lion({ learningRate: 0.1 }),
  clip: clip(0.5),
  clipByGlobalNorm: clipByGlobalNorm(0.5),
  addDecayedWeights: addDecayedWeights(0.1),
  scaleBySchedule: scaleBySchedule(falling),
  mask: mask(scale(0), { a: [true, false], b: true, n: true }),
};

const params = { a: [np.ones([2], "float32"), np.array(2)], b: np.array([1, -2]), n: np.array(3, "int32") };

describe.each(Object.keys(all))("%s", (name) => {
  const transformation = all[name] as unknown as GradientTransformation<unknown>;

  it("keeps structure, shapes and dtypes, and leaves integers alone", () => {
    let state = transformation.init(params);
    let at = params;
    for (let i = 0; i < 3; i++) {
      const [updates, next] = transformation.update(at, state, at);
      state = next;
      at = applyUpdates(at, updates);
    }
    expect(at.a.map((leaf) => leaf.dtype)).toEqual(["float32", "float64"]);
    expect(at.b.shape).toEqual([2]);
    expect(at.n.item()).toBe(3);
    expect([...at.b.data, ...(at.a[0] as Tensor).data].every(Number.isFinite)).toBe(true);
  });

  it("gives the same from the same state, again and again", () => {
    const state = transformation.init(params);
    const [first] = transformation.update(params, state, params);
    const [again] = transformation.update(params, state, params);
    expect(Array.from(again.b.data)).toEqual(Array.from(first.b.data));
  });

  it("stays finite at a gradient of 0", () => {
    const zero = { a: [np.zeros(2), np.zeros([])], b: np.zeros(3), n: np.array(0, "int32") };
    const [updates] = transformation.update(zero, transformation.init(zero), zero);
    expect(updates.b.data.every(Number.isFinite)).toBe(true);
  });
});

describe("mask", () => {
  const start = { a: np.array([1, 1]), b: np.array([1]) };

  it("changes the chosen leaves alone", () => {
    const held = chain(sgd({ learningRate: 1 }), mask(scale(0), { a: false, b: true }));
    const [updates] = held.update(start, held.init(start), start);
    expect(updates.a.toArray()).toEqual([-1, -1]);
    expect(updates.b.toArray()).toEqual([-0]);
  });

  it("takes a rule by the leaf's path", () => {
    const doubled = mask(scale(2), (path) => path === ".a");
    const [updates] = doubled.update(start, doubled.init(start));
    expect([updates.a.toArray(), updates.b.toArray()]).toEqual([[2, 2], [1]]);
  });

  it("remembers for the chosen leaves alone", () => {
    const partial = mask(momentum({ decay: 0.5 }), { a: true, b: false });
    expect((partial.init(start) as { sum: readonly Tensor[] }).sum).toHaveLength(1);
  });

  it("refuses masks of another build, and what is no boolean", () => {
    expect(() => mask(scale(0), { a: true }).init(start)).toThrow(TreeError);
    expect(() => mask(scale(0), { a: 1, b: true }).init(start)).toThrow(/params\.a/);
  });
});

describe("clipByGlobalNorm", () => {
  it("measures all leaves together, and leaves a short gradient as it is", () => {
    const gradients = { a: np.array([3]), b: np.array([4], "float32") };
    const [short] = clipByGlobalNorm(1).update(gradients, null);
    expect(short.a.item()).toBeCloseTo(0.6, 15);
    expect(short.b.item()).toBeCloseTo(0.8, 6);
    expect(clipByGlobalNorm(6).update(gradients, null)[0].a.item()).toBe(3);
  });

  it("has a derivative at 0 that is no NaN", () => {
    const slope = grad((g: Tensor) => np.sum(clipByGlobalNorm(1).update(g, null)[0]))(np.zeros(2));
    expect(slope.toArray()).toEqual([1, 1]);
  });
});

describe("addDecayedWeights", () => {
  it("wants the parameters", () => {
    expect(() => addDecayedWeights(0.1).update(np.ones(1), null)).toThrow(/update\(gradients, state, params\)/);
    expect(() => addDecayedWeights(-1)).toThrow(ArgumentError);
  });
});

describe("options out of range", () => {
  it.each<readonly [string, () => unknown]>([
    ["sgd", () => sgd({ learningRate: 0 })],
    ["sgd without a rate", () => sgd({} as { learningRate: number })],
    ["sgd with momentum 1", () => sgd({ learningRate: 1, momentum: 1 })],
    ["adamw", () => adamw({ learningRate: 1, weightDecay: NaN })],
    ["amsgrad", () => amsgrad({ learningRate: 1, b2: 2 })],
    ["rmsprop", () => rmsprop({ learningRate: 1, decay: 1 })],
    ["rmsprop eps", () => rmsprop({ learningRate: 1, eps: 0 })],
    ["adagrad", () => adagrad({ learningRate: 1, initialSum: -1 })],
    ["adagrad eps", () => scaleByRootSum({ eps: 0 })],
    ["lion", () => lion({ learningRate: 1, b1: -1 })],
    ["clip", () => clip(0)],
    ["clipByGlobalNorm", () => clipByGlobalNorm(Infinity)],
    ["constantSchedule", () => constantSchedule(NaN)],
    ["linearSchedule", () => linearSchedule({ start: 1, end: 0, steps: 0 })],
    ["linearSchedule delay", () => linearSchedule({ start: 1, end: 0, steps: 1, delay: -1 })],
    ["cosineSchedule", () => cosineSchedule({ start: 1, steps: 1.5 })],
    ["exponentialSchedule", () => exponentialSchedule({ start: 1, steps: 1, rate: 0 })],
    ["piecewiseSchedule", () => piecewiseSchedule({ start: 1, factors: [[1, -1]] })],
    [
      "piecewiseSchedule twice",
      () =>
        piecewiseSchedule({
          start: 1,
          factors: [
            [1, 1],
            [1, 2],
          ],
        }),
    ],
    ["joinSchedules", () => joinSchedules([constantSchedule(1)], [1])],
    ["joinSchedules descending", () => joinSchedules([falling, falling, falling], [3, 2])],
    ["joinSchedules of none", () => joinSchedules([], [])],
    ["warmup", () => warmup({ steps: 0, then: falling })],
  ])("%s: an error by name", (_, make) => {
    expect(make).toThrow(ArgumentError);
  });
});
