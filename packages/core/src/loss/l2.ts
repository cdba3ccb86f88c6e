import { np } from "../trace/np.js";
import { namedLoss, type Loss } from "./loss.js";
import { readObserved, residuals, type MisfitOptions } from "./observed.js";
import { total } from "./reduce.js";

/**
 * The 2-norm of the differences from observed data, over all floating leaves. At zero, where the norm has a kink, the
 * derivative is 0.
 *
 * @param observed - a tree of tensors, built as the output is; NaN where a datum is missing
 * @throws ArgumentError if the data or `sigma` cannot be used; ShapeError or TreeError, when called, if the output is not
 * built as the observed data are.
 */
export function l2<Output>(observed: Output, options: MisfitOptions = {}): Loss<Output> {
  const data = readObserved("l2", observed, options);
  return namedLoss("l2", (output) => {
    const squares = total(residuals("l2", output, data).map((each) => np.sum(np.square(each))));
    // The root is taken of 1 where the sum is 0: its infinite slope there, times 0, would be NaN.
    const isZero = np.equal(squares, 0);
    return np.where(isZero, 0, np.sqrt(np.where(isZero, 1, squares)));
  });
}
