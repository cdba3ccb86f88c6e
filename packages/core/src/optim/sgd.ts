import { chain } from "./chain.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { momentum } from "./momentum.js";
import { scaleByLearningRate, type LearningRate } from "./scaleBySchedule.js";

/** Options of `sgd`. */
export interface SgdOptions {
  /** Length of a step in multiples of the gradient. */
  readonly learningRate: LearningRate;
  /** Share of the sum of past gradients that the next one keeps; default none. */
  readonly momentum?: number;
  /** Momentum that looks ahead; default false. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent, plain or with momentum.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function sgd(options: SgdOptions): GradientTransformation<readonly unknown[]> {
  const { learningRate, momentum: decay, nesterov = false } = options;
  const step = scaleByLearningRate("sgd", learningRate);
  const links = decay === undefined ? chain(step) : chain(momentum({ decay, nesterov }), step);
  return Object.freeze({ ...links, name: "sgd" });
}
