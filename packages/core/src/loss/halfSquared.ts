import { np } from "../trace/np.js";
import { namedLoss, type Loss } from "./loss.js";
import { readObserved, residuals, type MisfitOptions } from "./observed.js";
import { joined, total } from "./reduce.js";

/**
 * Half the sum of the squared differences from observed data, over all floating leaves: the misfit whose gradient is the
 * residual itself. With `sigma` it is half of chi squared, the negative logarithm of the likelihood under Gaussian errors.
 *
 * @param observed - a tree of tensors, built as the output is; NaN where a datum is missing
 * @throws ArgumentError if the data or `sigma` cannot be used; ShapeError or TreeError, when called, if the output is not
 * built as the observed data are.
 */
export function halfSquared<Output>(observed: Output, options: MisfitOptions = {}): Loss<Output> {
  const data = readObserved("halfSquared", observed, options);
  const differences = (output: Output) => residuals("halfSquared", output, data);
  return namedLoss(
    "halfSquared",
    (output) => np.mul(total(differences(output).map((each) => np.sum(np.square(each)))), 0.5),
    (output) => joined(differences(output)),
  );
}
