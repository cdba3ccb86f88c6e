import type { Tensor } from "../trace/tensor.js";

/**
 * A number that says how far an output is from what is wanted: float, shape []. Smaller is better. `name` is that of the
 * function; `Params` are the parameters that led to the output, for losses that look at them too.
 */
export interface Loss<Output, Params = unknown> {
  (output: Output, params?: Params): Tensor;
  readonly name: string;
  /** For a loss that is half a sum of squares: the numbers r, `[m]`, of which it is |r|² / 2. Methods of least squares use it. */
  readonly residual?: (output: Output, params?: Params) => Tensor;
}

/** Gives a loss its name, and its residual if it is half a sum of squares. */
export function namedLoss<Output, Params = unknown>(
  name: string,
  evaluate: (output: Output, params?: Params) => Tensor,
  residual?: (output: Output, params?: Params) => Tensor,
): Loss<Output, Params> {
  Object.defineProperty(evaluate, "name", { value: name });
  if (residual !== undefined) Object.defineProperty(evaluate, "residual", { value: residual, enumerable: true });
  return evaluate as Loss<Output, Params>;
}
