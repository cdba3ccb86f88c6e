import { ArgumentError } from "../util/errors.js";
import { np } from "../trace/np.js";
import { isTraced, type Tensor } from "../trace/tensor.js";
import { namedLoss, type Loss } from "./loss.js";
import { readObserved, residuals } from "./observed.js";
import { joined, total } from "./reduce.js";

/**
 * Half the squared differences over the squared data, leaf by leaf, then added: no unit, 1/2 for each leaf where the output
 * is 0, and leaves of different units weigh the same.
 *
 * @param observed - a tree of tensors, built as the output is; NaN where a datum is missing
 * @throws ArgumentError if the data cannot be used, or are 0 throughout a leaf; ShapeError or TreeError, when called, if the
 * output is not built as the observed data are.
 */
export function normalized<Output>(observed: Output): Loss<Output> {
  const data = readObserved("normalized", observed);
  const norms = data.leaves.map(({ data: leaf, path }) => {
    const norm = np.norm(leaf);
    if (!isTraced(norm) && !(norm.item() > 0)) {
      throw new ArgumentError({
        what: "normalized: there is nothing to normalise by.",
        got: `observed${path}, 0 throughout`,
        expected: "a datum other than 0 in each leaf",
        fix: "use `halfSquared` with `sigma`.",
      });
    }
    return norm;
  });
  const ratios = (output: Output): readonly Tensor[] =>
    residuals("normalized", output, data).map((each, i) => np.div(each, norms[i] as Tensor));
  return namedLoss(
    "normalized",
    (output) => np.mul(total(ratios(output).map((each) => np.sum(np.square(each)))), 0.5),
    (output) => joined(ratios(output)),
  );
}
