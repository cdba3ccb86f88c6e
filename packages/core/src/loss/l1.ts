import { np } from "../trace/np.js";
import { namedLoss, type Loss } from "./loss.js";
import { readObserved, residuals, type MisfitOptions } from "./observed.js";
import { total } from "./reduce.js";

/**
 * The sum of the absolute differences from observed data, over all floating leaves: a few wild data do not rule it. At a
 * difference of 0 the derivative is 0.
 *
 * @param observed - a tree of tensors, built as the output is; NaN where a datum is missing
 * @throws ArgumentError if the data or `sigma` cannot be used; ShapeError or TreeError, when called, if the output is not
 * built as the observed data are.
 */
export function l1<Output>(observed: Output, options: MisfitOptions = {}): Loss<Output> {
  const data = readObserved("l1", observed, options);
  return namedLoss("l1", (output) => total(residuals("l1", output, data).map((each) => np.sum(np.abs(each)))));
}
