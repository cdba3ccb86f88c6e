import { np } from "../trace/np.js";
import { addDecayedWeights, type WeightMask } from "./addDecayedWeights.js";
import { chain } from "./chain.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { mapFloats } from "./leaves.js";
import { checkDecay } from "./options.js";
import { runningMean } from "./runningMean.js";
import { scaleByLearningRate, type LearningRate } from "./scaleBySchedule.js";

/** Options of `scaleByLion`. */
export interface ScaleByLionOptions {
  /** Weight of the past in the step; default 0.9. */
  readonly b1?: number;
  /** Weight of the past in what is remembered; default 0.99. */
  readonly b2?: number;
}

/** Options of `lion`. */
export interface LionOptions extends ScaleByLionOptions {
  /** Distance by which each parameter moves at each step. */
  readonly learningRate: LearningRate;
  /** Share of each parameter that a step of length 1 takes away; default 1e-3. */
  readonly weightDecay?: number;
  /** Which parameters decay; default all. */
  readonly mask?: WeightMask;
}

/** What Lion remembers: a running mean of the gradients, built as the parameters are. */
export interface LionState {
  readonly mean: unknown;
}

/**
 * The sign of a mean of past and present gradients.
 *
 * Source: X. Chen et al., Symbolic Discovery of Optimization Algorithms (arXiv:2302.06675), Program 1; defaults as in optax.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function scaleByLion(options: ScaleByLionOptions = {}): GradientTransformation<LionState> {
  const { b1 = 0.9, b2 = 0.99 } = options;
  checkDecay("lion", "b1", b1);
  checkDecay("lion", "b2", b2);
  return Object.freeze({
    name: "scaleByLion",
    init: (params: unknown) => ({ mean: mapFloats("lion", [params], (leaf) => np.zerosLike(leaf)) }),
    update<Gradients>(gradients: Gradients, state: LionState) {
      const updates = mapFloats("lion", [gradients, state.mean], (g, m) => np.sign(runningMean(g, m, b1)));
      const mean = mapFloats("lion", [gradients, state.mean], (g, m) => runningMean(g, m, b2));
      return [updates, { mean }] as const;
    },
  });
}

/**
 * Lion: `scaleByLion`, weight decay, then a step downhill.
 *
 * @throws ArgumentError if an option is out of range, or an update is made without the parameters.
 */
export function lion(options: LionOptions): GradientTransformation<readonly unknown[]> {
  const { learningRate, weightDecay = 1e-3, mask } = options;
  const step = scaleByLearningRate("lion", learningRate);
  return Object.freeze({ ...chain(scaleByLion(options), addDecayedWeights(weightDecay, mask), step), name: "lion" });
}
