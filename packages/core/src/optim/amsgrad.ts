import { np } from "../trace/np.js";
import { literal } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import type { AdamOptions, ScaleByAdamOptions } from "./adam.js";
import { chain } from "./chain.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { mapFloats } from "./leaves.js";
import { checkDecay, checkPositive } from "./options.js";
import { biasCorrection, runningMean } from "./runningMean.js";
import { scaleByLearningRate } from "./scaleBySchedule.js";

/** What AMSGrad remembers: as Adam, and the largest mean square so far. */
export interface AmsgradState {
  readonly count: Tensor;
  readonly mean: unknown;
  readonly square: unknown;
  readonly largest: unknown;
}

/**
 * As `scaleByAdam`, but divides by the root of the largest mean square so far, so that steps never grow again.
 *
 * Source: S. J. Reddi, S. Kale and S. Kumar, On the Convergence of Adam and Beyond, ICLR 2018 (arXiv:1904.09237), Algorithm 2,
 * with both means corrected for starting at 0 before the largest is taken, as in optax.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function scaleByAmsgrad(options: ScaleByAdamOptions = {}): GradientTransformation<AmsgradState> {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8 } = options;
  checkDecay("amsgrad", "b1", b1);
  checkDecay("amsgrad", "b2", b2);
  checkPositive("amsgrad", "eps", eps);
  return Object.freeze({
    name: "scaleByAmsgrad",
    init(params: unknown): AmsgradState {
      const zeros = mapFloats("amsgrad", [params], (leaf) => np.zerosLike(leaf));
      return { count: literal("int32", [], 0), mean: zeros, square: zeros, largest: zeros };
    },
    update<Gradients>(gradients: Gradients, state: AmsgradState) {
      const count = np.add(state.count, 1);
      const mean = mapFloats("amsgrad", [gradients, state.mean], (g, m) => runningMean(g, m, b1));
      const square = mapFloats("amsgrad", [gradients, state.square], (g, v) => runningMean(np.square(g), v, b2));
      const largest = mapFloats("amsgrad", [square, state.largest], (v, max) =>
        np.maximum(max, np.div(v, biasCorrection(b2, count, v))),
      );
      const updates = mapFloats("amsgrad", [mean, largest], (m, max) =>
        np.div(np.div(m, biasCorrection(b1, count, m)), np.add(np.sqrt(max), eps)),
      );
      return [updates, { count, mean, square, largest }] as const;
    },
  });
}

/**
 * AMSGrad: `scaleByAmsgrad`, then a step downhill.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function amsgrad(options: AdamOptions): GradientTransformation<readonly unknown[]> {
  const step = scaleByLearningRate("amsgrad", options.learningRate);
  return Object.freeze({ ...chain(scaleByAmsgrad(options), step), name: "amsgrad" });
}
