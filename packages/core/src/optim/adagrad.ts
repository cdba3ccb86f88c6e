import { ArgumentError } from "../util/errors.js";
import { np } from "../trace/np.js";
import { chain } from "./chain.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { mapFloats } from "./leaves.js";
import { checkPositive } from "./options.js";
import { scaleByLearningRate, type LearningRate } from "./scaleBySchedule.js";

/** Options of `scaleByRootSum`. */
export interface ScaleByRootSumOptions {
  /** Sum of squares before the first gradient; default 0.1. */
  readonly initialSum?: number;
  /** Added under the root; default 1e-7. */
  readonly eps?: number;
}

/** Options of `adagrad`. */
export interface AdagradOptions extends ScaleByRootSumOptions {
  readonly learningRate: LearningRate;
}

/** What Adagrad remembers: the sum of squared gradients, built as the parameters are. */
export interface AdagradState {
  readonly sum: unknown;
}

/**
 * Divides gradients by the root of the sum of all their squares.
 *
 * Source: J. Duchi, E. Hazan and Y. Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, JMLR 12
 * (2011), Figure 1, diagonal; defaults as in optax.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function scaleByRootSum(options: ScaleByRootSumOptions = {}): GradientTransformation<AdagradState> {
  const { initialSum = 0.1, eps = 1e-7 } = options;
  checkPositive("adagrad", "eps", eps);
  if (!(initialSum >= 0 && Number.isFinite(initialSum))) {
    throw new ArgumentError({
      what: "adagrad: initialSum is out of range.",
      got: `initialSum: ${initialSum}`,
      expected: "a number from 0 on",
    });
  }
  return Object.freeze({
    name: "scaleByRootSum",
    init: (params: unknown) => ({ sum: mapFloats("adagrad", [params], (leaf) => np.fullLike(leaf, initialSum)) }),
    update<Gradients>(gradients: Gradients, state: AdagradState) {
      const sum = mapFloats("adagrad", [gradients, state.sum], (g, total) => np.add(np.square(g), total));
      const updates = mapFloats("adagrad", [gradients, sum], (g, total) => np.div(g, np.sqrt(np.add(total, eps))));
      return [updates, { sum }] as const;
    },
  });
}

/**
 * Adagrad: `scaleByRootSum`, then a step downhill.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function adagrad(options: AdagradOptions): GradientTransformation<readonly unknown[]> {
  const step = scaleByLearningRate("adagrad", options.learningRate);
  return Object.freeze({ ...chain(scaleByRootSum(options), step), name: "adagrad" });
}
