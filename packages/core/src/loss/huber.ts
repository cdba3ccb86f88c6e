import { ArgumentError } from "../util/errors.js";
import { np } from "../trace/np.js";
import { namedLoss, type Loss } from "./loss.js";
import { readObserved, residuals, type MisfitOptions } from "./observed.js";
import { total } from "./reduce.js";

/** Options of `huber`. */
export interface HuberOptions extends MisfitOptions {
  /** Size of a difference from which on it counts linearly, in the data's unit, or in multiples of `sigma` where that is given. */
  readonly delta: number;
}

/**
 * r² / 2 for differences up to delta, delta (|r| - delta / 2) beyond, summed over all floating leaves: smooth as `halfSquared`
 * where the data are good, indifferent as `l1` to wild ones.
 *
 * Source: P. J. Huber, Robust Estimation of a Location Parameter, Annals of Mathematical Statistics 35 (1964), section 3.
 *
 * @param observed - a tree of tensors, built as the output is; NaN where a datum is missing
 * @throws ArgumentError if delta is not positive, or the data or `sigma` cannot be used; ShapeError or TreeError, when
 * called, if the output is not built as the observed data are.
 */
export function huber<Output>(observed: Output, options: HuberOptions): Loss<Output> {
  const { delta } = options;
  if (!(delta > 0 && delta < Infinity)) {
    throw new ArgumentError({
      what: "huber: delta is out of range.",
      got: `delta: ${delta}`,
      expected: "a positive number",
    });
  }
  const data = readObserved("huber", observed, options);
  return namedLoss("huber", (output) =>
    total(
      residuals("huber", output, data).map((each) => {
        const size = np.abs(each);
        const inner = np.mul(np.square(each), 0.5);
        const outer = np.mul(np.sub(size, delta / 2), delta);
        return np.sum(np.where(np.lessEqual(size, delta), inner, outer));
      }),
    ),
  );
}
