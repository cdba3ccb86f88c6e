import { np } from "../trace/np.js";
import { chain } from "./chain.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { mapFloats } from "./leaves.js";
import { momentum } from "./momentum.js";
import { checkDecay, checkPositive } from "./options.js";
import { runningMean } from "./runningMean.js";
import { scaleByLearningRate, type LearningRate } from "./scaleBySchedule.js";

/** Options of `scaleByRms`. */
export interface ScaleByRmsOptions {
  /** Share of the mean square that the next gradient keeps; default 0.9. */
  readonly decay?: number;
  /** Added under the root; default 1e-8. */
  readonly eps?: number;
  /** Divides by the standard deviation instead of the root of the mean square; default false. */
  readonly centered?: boolean;
}

/** Options of `rmsprop`. */
export interface RmspropOptions extends ScaleByRmsOptions {
  readonly learningRate: LearningRate;
  /** Momentum of the steps; default none. */
  readonly momentum?: number;
  /** Momentum that looks ahead; default false. */
  readonly nesterov?: boolean;
}

/** What RMSProp remembers: running means, built as the parameters are; `mean` is null unless centered. */
export interface RmsState {
  readonly mean: unknown;
  readonly square: unknown;
}

/**
 * Divides gradients by the root of their running mean square, or by their standard deviation.
 *
 * Sources: T. Tieleman and G. Hinton, Lecture 6.5 of Neural Networks for Machine Learning (2012); centered: A. Graves, Generating
 * Sequences With Recurrent Neural Networks (arXiv:1308.0850), equations (38) to (41). Defaults, and eps under the root, as in
 * optax.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function scaleByRms(options: ScaleByRmsOptions = {}): GradientTransformation<RmsState> {
  const { decay = 0.9, eps = 1e-8, centered = false } = options;
  checkDecay("rmsprop", "decay", decay);
  checkPositive("rmsprop", "eps", eps);
  return Object.freeze({
    name: "scaleByRms",
    init(params: unknown): RmsState {
      const zeros = mapFloats("rmsprop", [params], (leaf) => np.zerosLike(leaf));
      return { mean: centered ? zeros : null, square: zeros };
    },
    update<Gradients>(gradients: Gradients, state: RmsState) {
      const square = mapFloats("rmsprop", [gradients, state.square], (g, v) => runningMean(np.square(g), v, decay));
      if (!centered) {
        const updates = mapFloats("rmsprop", [gradients, square], (g, v) => np.div(g, np.sqrt(np.add(v, eps))));
        return [updates, { mean: null, square }] as const;
      }
      const mean = mapFloats("rmsprop", [gradients, state.mean], (g, m) => runningMean(g, m, decay));
      const updates = mapFloats("rmsprop", [gradients, mean, square], (g, m, v) =>
        np.div(g, np.sqrt(np.add(np.maximum(np.sub(v, np.square(m)), 0), eps))),
      );
      return [updates, { mean, square }] as const;
    },
  });
}

/**
 * RMSProp: `scaleByRms`, then a step downhill, with momentum if wanted.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function rmsprop(options: RmspropOptions): GradientTransformation<readonly unknown[]> {
  const { learningRate, momentum: decay, nesterov = false } = options;
  const step = scaleByLearningRate("rmsprop", learningRate);
  const rms = scaleByRms(options);
  // Momentum comes after the learning rate, so that a change of the rate does not touch the steps that are still to come.
  const links = decay === undefined ? chain(rms, step) : chain(rms, step, momentum({ decay, nesterov }));
  return Object.freeze({ ...links, name: "rmsprop" });
}
