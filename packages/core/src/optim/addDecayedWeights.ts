import { ArgumentError } from "../util/errors.js";
import { np } from "../trace/np.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { mapFloats } from "./leaves.js";
import { mask, type MaskTree } from "./mask.js";

/** Which parameters decay: true or false for each leaf, or a rule by the leaf's path. */
export type WeightMask = MaskTree;

/**
 * Adds a share of the parameters to the gradients, so that a step downhill shrinks them.
 *
 * @param weightDecay - the share, at least 0
 * @throws ArgumentError if the share is negative, or an update is made without the parameters.
 */
export function addDecayedWeights(weightDecay: number, which?: WeightMask): GradientTransformation<unknown> {
  if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) {
    throw new ArgumentError({
      what: "addDecayedWeights: weightDecay is out of range.",
      got: `weightDecay: ${weightDecay}`,
      expected: "a number from 0 on",
    });
  }
  const decay: GradientTransformation<unknown> = Object.freeze({
    name: `addDecayedWeights(${weightDecay})`,
    init: () => null,
    update<Gradients>(gradients: Gradients, state: unknown, params?: Gradients) {
      if (params === undefined) {
        throw new ArgumentError({
          what: "addDecayedWeights needs the parameters.",
          got: "an update without them",
          fix: "call `update(gradients, state, params)`.",
        });
      }
      const updates = mapFloats("addDecayedWeights", [gradients, params], (g, p) => np.add(g, np.mul(p, weightDecay)));
      return [updates, state] as const;
    },
  });
  return which === undefined ? decay : mask(decay, which);
}
