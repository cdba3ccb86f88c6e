import type { Tensor } from "../../../trace/tensor.js";
import type { Liftable } from "../../../trace/treeTypes.js";

/**
 * Something that happens while an equation is solved: where a quantity passes zero (`condition`), at times that are known before they
 * come (`plan`), or both.
 */
export interface IntegrationEvent<Y, P> {
  /**
   * A number, shape [], that passes zero at the event. It is looked at at the ends of steps: a quantity that touches zero, or that passes it
   * twice within a step, is no event.
   */
  readonly condition?: (time: Tensor, state: Y, params: P) => Tensor;
  /**
   * Which way it passes: "up", from negative to positive; "down"; "both", the default; or "above": the event is as soon as the quantity is
   * above zero, be it at the start or by another event, and again as long as it has not brought the quantity back to zero or below.
   */
  readonly direction?: "up" | "down" | "both" | "above";
  /**
   * The time of the next event, shape []; none is to come where that is not after the present. It is asked for at the start of each step, and
   * a step ends there to the bit.
   */
  readonly plan?: (time: Tensor, state: Y, params: P) => Tensor;
  /** Whether the run ends with it. Default false. */
  readonly terminal?: boolean;
  /** The state that the run goes on from. Default: the one at the event. */
  readonly apply?: (time: Tensor, state: Y, params: P) => Liftable<Y>;
}

/** The events of a run, in the order of time; those at the same time in the order of the list of events. */
export interface EventLog<Y> {
  /** int32, shape []: how many there were. */
  readonly count: Tensor;
  /** `[maxEvents]`, in the dtype of the state; NaN behind the last. Without `logEvents` this and the following have no rows. */
  readonly times: Tensor;
  /** int32 `[maxEvents]`: positions in the list of events; -1 behind the last. */
  readonly indices: Tensor;
  /** The states at the events before any of them was applied, each leaf `[maxEvents, ...]`; NaN behind the last. */
  readonly states: Y;
}
