import { np } from "../../trace/np.js";
import { mapFloats } from "../leaves.js";
import { checkPositive } from "../options.js";
import { checkEntries } from "./known.js";
import type { Parametrization } from "./parametrization.js";

/** Options of `softplusParametrization`. */
export interface SoftplusOptions {
  /** Size s of p below which it is bent; well above it p = z. Default 1; choose it below the parameters that are expected. */
  readonly scale?: number;
}

/**
 * Positive parameters that move as freely as their coordinate where they are large: p = s log(1 + exp(z / s)).
 *
 * @throws ArgumentError if the scale is not positive.
 */
export function softplusParametrization(options: SoftplusOptions = {}): Parametrization {
  const { scale = 1 } = options;
  checkPositive("softplus", "scale", scale);
  return Object.freeze({
    name: "softplus",
    toParams: <Tree>(z: Tree): Tree =>
      mapFloats(
        "softplus",
        [z],
        (leaf) => np.mul(np.softplus(np.div(leaf, scale)), scale),
        (leaf) => leaf,
      ),
    fromParams<Tree>(params: Tree): Tree {
      checkEntries("softplus", params, (value) => value > 0 && value < Infinity, "positive numbers");
      return mapFloats(
        "softplus",
        [params],
        (leaf) => {
          const y = np.div(leaf, scale);
          // log(exp(y) - 1) without overflow for large y or cancellation for small.
          return np.mul(np.add(y, np.log(np.neg(np.expm1(np.neg(y))))), scale);
        },
        (leaf) => leaf,
      );
    },
  });
}
