import { np } from "../../trace/np.js";
import { mapFloats } from "../leaves.js";
import { checkEntries } from "./known.js";
import type { Parametrization } from "./parametrization.js";

/**
 * Positive parameters by their logarithm: p = exp(z). Steps in z are relative changes of p, which fits parameters whose order
 * of magnitude is what is sought.
 */
export function logParametrization(): Parametrization {
  return Object.freeze({
    name: "log",
    toParams: <Tree>(z: Tree): Tree =>
      mapFloats(
        "log",
        [z],
        (leaf) => np.exp(leaf),
        (leaf) => leaf,
      ),
    fromParams<Tree>(params: Tree): Tree {
      checkEntries("log", params, (value) => value > 0 && value < Infinity, "positive numbers");
      return mapFloats(
        "log",
        [params],
        (leaf) => np.log(leaf),
        (leaf) => leaf,
      );
    },
  });
}
