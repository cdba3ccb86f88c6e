import { scaleByAdam, type AdamOptions } from "./adam.js";
import { addDecayedWeights, type WeightMask } from "./addDecayedWeights.js";
import { chain } from "./chain.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { scaleByLearningRate } from "./scaleBySchedule.js";

/** Options of `adamw`. */
export interface AdamwOptions extends AdamOptions {
  /** Share of each parameter that a step of length 1 takes away; default 1e-4. */
  readonly weightDecay?: number;
  /** Which parameters decay; default all. */
  readonly mask?: WeightMask;
}

/**
 * Adam whose weight decay is not divided by the gradients' size.
 *
 * Source: I. Loshchilov and F. Hutter, Decoupled Weight Decay Regularization, ICLR 2019 (arXiv:1711.05101), Algorithm 2;
 * default as in optax.
 *
 * @throws ArgumentError if an option is out of range, or an update is made without the parameters.
 */
export function adamw(options: AdamwOptions): GradientTransformation<readonly unknown[]> {
  const { learningRate, weightDecay = 1e-4, mask } = options;
  const step = scaleByLearningRate("adamw", learningRate);
  return Object.freeze({
    ...chain(scaleByAdam(options), addDecayedWeights(weightDecay, mask), step),
    name: "adamw",
  });
}
