import { np } from "../../../trace/np.js";
import { literal } from "../../../trace/operands.js";
import type { Tensor } from "../../../trace/tensor.js";
import type { StateLeaves } from "../method.js";
import type { BoundEvents } from "./boundEvents.js";
import { sameTime, type Passage } from "./passage.js";

/** Where a step must end, if it gets there. */
export interface Stop {
  /** The next planned event, or the last time of the run where that is first. */
  readonly time: Tensor;
  /** `[events]`: the next of each, Infinity where none is to come; null where no event has a plan. */
  readonly plans: Tensor | null;
}

/** The next stop, seen from a point of the solution. */
export function nextStop(events: BoundEvents | null, end: Tensor, time: Tensor, state: StateLeaves): Stop {
  if (events === null || events.events.every(({ plan }) => plan === null)) return { time: end, plans: null };
  const never = literal(time.dtype, [], Infinity);
  const plans = events.events.map(({ plan }) => plan?.(time, state) ?? never);
  return { time: plans.reduce((first, own) => np.minimum(first, own), end), plans: np.stack(plans) };
}

/** Adds to a passage the events that are planned for the end of the step, unless another comes before them. `isCut`: whether the step ends at the stop. */
export function withPlanned(passage: Passage, { time, plans }: Stop, isCut: Tensor): Passage {
  if (plans === null) return passage;
  const isBefore = np.logicalAnd(passage.happens, np.less(passage.theta, 1 - sameTime));
  const counts = np.logicalAnd(isCut, np.logicalNot(isBefore));
  const planned = np.logicalAnd(np.lessEqual(plans, time), counts);
  const isPlanned = np.any(planned);
  return {
    happens: np.logicalOr(passage.happens, isPlanned),
    theta: np.where(isPlanned, 1, passage.theta),
    fired: np.logicalOr(passage.fired, planned),
    isPlanned,
  };
}
