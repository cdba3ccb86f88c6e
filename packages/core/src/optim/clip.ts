import { isFloat } from "../util/dtype.js";
import { flatten } from "../util/tree.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { mapFloats } from "./leaves.js";
import { checkPositive } from "./options.js";

/** Cuts each entry of the gradients to [-limit, limit]. @throws ArgumentError if the limit is not positive. */
export function clip(limit: number): GradientTransformation<null> {
  checkPositive("clip", "limit", limit);
  return Object.freeze({
    name: `clip(${limit})`,
    init: () => null,
    update: <Gradients>(gradients: Gradients) =>
      [mapFloats("clip", [gradients], (gradient) => np.clip(gradient, -limit, limit)), null] as const,
  });
}

/**
 * Shortens the gradients, all together, to a 2-norm of at most `limit`; their direction stays.
 *
 * Source: R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training Recurrent Neural Networks, ICML 2013
 * (arXiv:1211.5063), Algorithm 1.
 *
 * @throws ArgumentError if the limit is not positive.
 */
export function clipByGlobalNorm(limit: number): GradientTransformation<null> {
  checkPositive("clipByGlobalNorm", "limit", limit);
  return Object.freeze({
    name: `clipByGlobalNorm(${limit})`,
    init: () => null,
    update<Gradients>(gradients: Gradients) {
      const squares = globalSquare(gradients);
      const short = np.less(np.sqrt(squares), limit);
      // The norm of a short gradient, which may be 0, is not divided by.
      const norm = np.sqrt(np.where(short, 1, squares));
      const updates = mapFloats("clipByGlobalNorm", [gradients], (gradient) =>
        np.where(short, gradient, np.mul(np.div(gradient, np.astype(norm, gradient.dtype)), limit)),
      );
      return [updates, null] as const;
    },
  });
}

/** The sum of the squares of all floating entries of a tree; float64, shape []. */
function globalSquare(tree: unknown): Tensor {
  return flatten(tree).leaves.reduce<Tensor>((sum, value) => {
    const leaf = np.asarray(value as TensorLike);
    return isFloat(leaf.dtype) ? np.add(sum, np.sum(np.square(np.astype(leaf, "float64")))) : sum;
  }, np.zeros([]));
}
