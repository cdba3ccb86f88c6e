import { flatten } from "../util/tree.js";
import { isFloat } from "../util/dtype.js";
import { np } from "../trace/np.js";
import { literal } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";

/** How a run ended. A numerical failure is a value, not an exception: inside a traced run nothing can be thrown. */
export interface RunStatus {
  readonly code: number;
  readonly name: "ok" | "nonFinite" | "maxSteps" | "stepUnderflow" | "tooManyEvents";
  /** What to do about it; empty for "ok". */
  readonly remedy: string;
}

/** All ends, by code. */
export const runStatuses: readonly RunStatus[] = Object.freeze([
  { code: 0, name: "ok", remedy: "" },
  {
    code: 1,
    name: "nonFinite",
    remedy:
      "the state has entries that are infinite or not a number: take a smaller step, and look at the parameters and at " +
      "the outputs before the last for where it starts.",
  },
  {
    code: 2,
    name: "maxSteps",
    remedy:
      "the run took as many steps as it may before its end: give a larger maxSteps or looser tolerances; if the steps " +
      "are small though the solution is smooth, the equation is stiff and wants a stiff method.",
  },
  {
    code: 3,
    name: "stepUnderflow",
    remedy:
      "no step is small enough for the tolerances: the solution may run to infinity or the right-hand side jump near the " +
      "last time that was reached; else rtol is below what the dtype can hold.",
  },
  {
    code: 4,
    name: "tooManyEvents",
    remedy:
      "the run had as many events as it may: give a larger maxEvents; if events follow one another ever faster (a ball that " +
      "comes to rest), end the run by a terminal event before.",
  },
]);

/** The status that a run returned (int32, shape [], in a rollout's result), with its remedy. */
export function statusOf(status: Tensor): RunStatus {
  const found = runStatuses[status.item()];
  return found ?? { code: status.item(), name: "nonFinite", remedy: "unknown status; it does not come from rollout." };
}

/** The status of a state: int32, shape []. */
export function statusOfState(state: unknown): Tensor {
  const zero = literal("int32", [], 0);
  let status = zero;
  for (const leaf of flatten(state).leaves as readonly Tensor[]) {
    if (!isFloat(leaf.dtype) || leaf.size === 0) continue;
    status = np.maximum(status, np.max(np.where(np.isfinite(leaf), zero, literal("int32", [], 1))));
  }
  return status;
}
