import { emit } from "../trace/frame.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";

/** Fails the run with NumericalError(`message`) where not all of a bool tensor hold. */
export function expectAll(holds: Tensor, message: string): void {
  emit("check", { message }, [np.all(holds)]);
}

/** Whether elements are neither zero nor infinite nor NaN. */
export function isUsable(x: Tensor): Tensor {
  return np.logicalAnd(np.greater(np.abs(x), 0), np.isfinite(x));
}
