import { np } from "../trace/np.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { mapFloats } from "./leaves.js";
import { checkDecay } from "./options.js";

/** Options of `momentum`. */
export interface MomentumOptions {
  /** Share of the sum of past gradients that the next one keeps. */
  readonly decay: number;
  /** Looks ahead by the sum that the next gradient will find; default false. */
  readonly nesterov?: boolean;
}

/** What momentum remembers: a sum of past gradients, built as the parameters are. */
export interface MomentumState {
  readonly sum: unknown;
}

/**
 * Adds up gradients, forgetting old ones: m = g + decay m. With `nesterov` the update is g + decay m of the new m.
 *
 * Sources: B. T. Polyak, Some methods of speeding up the convergence of iteration methods (1964), equation (9); I. Sutskever,
 * J. Martens, G. Dahl and G. Hinton, On the importance of initialization and momentum in deep learning, ICML 2013,
 * equations (3) and (4), rewritten at the point that is looked ahead to.
 *
 * @throws ArgumentError if the decay is out of range.
 */
export function momentum({ decay, nesterov = false }: MomentumOptions): GradientTransformation<MomentumState> {
  checkDecay("momentum", "decay", decay);
  return Object.freeze({
    name: nesterov ? "nesterov" : "momentum",
    init: (params: unknown) => ({ sum: mapFloats("momentum", [params], (leaf) => np.zerosLike(leaf)) }),
    update<Gradients>(gradients: Gradients, state: MomentumState) {
      const add = (g: Gradients, sum: unknown): Gradients =>
        mapFloats("momentum", [g, sum], (leaf, past) => np.add(leaf, np.mul(past, decay)));
      const sum = add(gradients, state.sum);
      return [nesterov ? add(gradients, sum) : sum, { sum }] as const;
    },
  });
}
