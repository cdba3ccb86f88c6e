import { literal } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import type { BoundEvents } from "./events/boundEvents.js";
import type { Landing, Sides } from "./events/passage.js";
import { mapSlopes } from "./leaves.js";
import type { Slopes, StateLeaves } from "./method.js";
import { degree, type Point, type Polynomial } from "./stepper.js";

/**
 * A step that was found good and is to be taken: values without derivative. One of size 0 stays where it is: that is what a rejected one
 * becomes.
 */
export interface Step {
  readonly size: Tensor;
  /** Whether it ends at the last time, or at a planned event. */
  readonly isCut: Tensor;
  /** State and memory after it. */
  readonly state: StateLeaves;
  readonly memo: Slopes;
  /** Empty where nothing is looked at within steps. */
  readonly dense: Polynomial;
  /** Null where there are no events to look for. */
  readonly landing: Landing | null;
}

/** What the choice of steps remembers. None of it has a derivative. */
export interface Control {
  /** Size of the next step to try. */
  readonly h: Tensor;
  readonly memory: Tensor;
  readonly rejectedLast: Tensor;
  readonly tried: Tensor;
  readonly accepted: Tensor;
  /** See `runStatuses`. */
  readonly status: Tensor;
  /** Of the conditions of events, at the point where the next step starts. */
  readonly sides: Sides | null;
}

/** The step that goes nowhere. */
export function noStep(
  { time, state, memo }: Point,
  slope: Slopes,
  withDense: boolean,
  events: BoundEvents | null,
): Step {
  const no = literal("bool", [], 0);
  const nothing = mapSlopes(slope, (leaf) => literal(leaf.dtype, leaf.shape, 0));
  return {
    size: literal(time.dtype, [], 0),
    isCut: no,
    state,
    memo,
    dense: withDense ? Array.from({ length: degree }, () => nothing) : [],
    landing:
      events === null
        ? null
        : {
            happens: no,
            theta: literal(time.dtype, [], 1),
            fired: literal("bool", [events.count], 0),
            isPlanned: events.events.some(({ plan }) => plan !== null) ? no : null,
            ends: no,
            time,
            before: state,
          },
  };
}
