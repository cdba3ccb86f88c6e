import { ArgumentError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import type { Tensor, TensorLike } from "../../trace/tensor.js";

/**
 * A number that changes from update to update, such as a learning rate. The count is that of the updates made before, 0 at the
 * first (int32 or a number, shape []); the result is float64, shape []. Can be traced.
 */
export interface Schedule {
  (count: TensorLike): Tensor;
  readonly name: string;
}

/** Gives a schedule its name; the count comes as float64. */
export function namedSchedule(name: string, evaluate: (count: Tensor) => Tensor): Schedule {
  const schedule = (count: TensorLike): Tensor => evaluate(np.astype(np.asarray(count), "float64"));
  return Object.defineProperty(schedule, "name", { value: name });
}

/** Demands a finite option of a schedule. @throws ArgumentError */
export function checkFinite(owner: string, option: string, value: number): void {
  if (typeof value === "number" && Number.isFinite(value)) return;
  throw new ArgumentError({
    what: `${owner}: ${option} is out of range.`,
    got: `${option}: ${value}`,
    expected: "a finite number",
  });
}

/** Demands a number of updates. @throws ArgumentError */
export function checkUpdates(owner: string, option: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ArgumentError({
    what: `${owner}: ${option} is no number of updates.`,
    got: `${option}: ${value}`,
    expected: `a whole number from ${least} on`,
  });
}
