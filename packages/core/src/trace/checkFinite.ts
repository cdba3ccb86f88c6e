import { isFloat } from "../util/dtype.js";
import { leafPaths } from "../util/tree.js";
import { firstNonFinite, notFinite } from "../ir/notFinite.js";
import { currentFrame, elementsOf, emit } from "./frame.js";
import { readArguments } from "./leaves.js";
import { isfinite } from "./np/compare.js";
import { all } from "./np/reduce.js";

/**
 * Makes a run fail where a value is NaN or infinite: at once outside of a trace; inside one when the compiled program ends, with the
 * step of the loop where it happened first. Integers are finite. Costs little while all is finite; to find the step the program is run again, slowly.
 * Beside it, the option `checkFinite` of `jit` looks at results alone, and says which op made them so. Values are checked, not their derivatives.
 *
 * @param tree - of tensors and numbers of any shape
 * @param name - what the message calls it
 * @throws NumericalError that names the leaf, its entry, and the step of the loop.
 *
 * @example
 * const fall = jit((height: Tensor) =>
 *   foriLoop(0, 100, (_, state) => {
 *     checkFinite(state, "state");
 *     return { height: np.sqrt(state.height.sub(1)) };
 *   }, { height }),
 * );
 * fall(3); // NumericalError: state.height is not finite: NaN in step 3 of a scan.
 */
export function checkFinite(tree: unknown, name = "value"): void {
  const { leaves, structure } = readArguments(tree, name);
  const paths = leafPaths(structure);
  leaves.forEach(({ tensor }, i) => {
    const { dtype, shape } = tensor;
    if (!isFloat(dtype)) return;
    const message = `${name}${paths[i] ?? ""} is not finite`;
    if (currentFrame() === null) {
      const entry = firstNonFinite({ kind: "array", dtype, shape, data: elementsOf(tensor) });
      if (entry !== null) throw notFinite(message, entry, []);
    } else emit("check", { message, located: true }, [all(isfinite(tensor))]);
  });
}
