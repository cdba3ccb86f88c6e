import { np } from "../trace/np.js";
import { literal } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { mapFloats } from "./leaves.js";
import { checkDecay, checkPositive } from "./options.js";
import { chain } from "./chain.js";
import { biasCorrection, runningMean } from "./runningMean.js";
import { scaleByLearningRate, type LearningRate } from "./scaleBySchedule.js";

/** Options of `scaleByAdam`. */
export interface ScaleByAdamOptions {
  /** Share of the mean gradient that the next one keeps; default 0.9. */
  readonly b1?: number;
  /** Share of the mean squared gradient that the next one keeps; default 0.999. */
  readonly b2?: number;
  /** Added to the root of the mean square; default 1e-8. */
  readonly eps?: number;
}

/** Options of `adam`. */
export interface AdamOptions extends ScaleByAdamOptions {
  /** Length of a step; each parameter moves by about so much at first. */
  readonly learningRate: LearningRate;
}

/** What Adam remembers: the number of updates (int32, shape []) and two running means, built as the parameters are. */
export interface AdamState {
  readonly count: Tensor;
  readonly mean: unknown;
  readonly square: unknown;
}

/**
 * Divides the mean of the gradients by the root of their mean square, both corrected for starting at 0.
 *
 * Source: D. P. Kingma and J. Ba, Adam: A Method for Stochastic Optimization, ICLR 2015 (arXiv:1412.6980), Algorithm 1;
 * defaults as there, and as in optax.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function scaleByAdam(options: ScaleByAdamOptions = {}): GradientTransformation<AdamState> {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8 } = options;
  checkDecay("adam", "b1", b1);
  checkDecay("adam", "b2", b2);
  checkPositive("adam", "eps", eps);
  return Object.freeze({
    name: "scaleByAdam",
    init(params: unknown): AdamState {
      const zeros = mapFloats("adam", [params], (leaf) => np.zerosLike(leaf));
      return { count: literal("int32", [], 0), mean: zeros, square: zeros };
    },
    update<Gradients>(gradients: Gradients, state: AdamState) {
      const mean = mapFloats("adam", [gradients, state.mean], (g, m) => runningMean(g, m, b1));
      const square = mapFloats("adam", [gradients, state.square], (g, v) => runningMean(np.square(g), v, b2));
      const count = np.add(state.count, 1);
      const updates = mapFloats("adam", [mean, square], (m, v) => {
        const meanHat = np.div(m, biasCorrection(b1, count, m));
        const squareHat = np.div(v, biasCorrection(b2, count, v));
        return np.div(meanHat, np.add(np.sqrt(squareHat), eps));
      });
      return [updates, { count, mean, square }] as const;
    },
  });
}

/**
 * Adam: `scaleByAdam`, then a step downhill.
 *
 * @throws ArgumentError if an option is out of range.
 * @example
 * ```ts
 * const optimizer = adam({ learningRate: 1e-3 });
 * let state = optimizer.init(params);
 * const [updates, next] = optimizer.update(gradient, state);
 * params = applyUpdates(params, updates);
 * ```
 */
export function adam(options: AdamOptions): GradientTransformation<readonly unknown[]> {
  const step = scaleByLearningRate("adam", options.learningRate);
  return Object.freeze({ ...chain(scaleByAdam(options), step), name: "adam" });
}
