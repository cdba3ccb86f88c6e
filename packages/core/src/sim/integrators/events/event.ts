import type { Tensor } from "../../../trace/tensor.js";
import type { Liftable } from "../../../trace/treeTypes.js";

/** Something that happens where a quantity passes zero while an equation is solved. */
export interface IntegrationEvent<Y, P> {
  /**
   * A number, shape [], that passes zero at the event. It is looked at at the ends of steps: a quantity that touches zero, or that passes it
   * twice within a step, is no event.
   */
  readonly condition: (time: Tensor, state: Y, params: P) => Tensor;
  /** Which way it passes: "up", from negative to positive; "down"; or "both", the default. */
  readonly direction?: "up" | "down" | "both";
  /** Whether the run ends with it. Default false. */
  readonly terminal?: boolean;
  /** The state that the run goes on from. Default: the one at the event. */
  readonly apply?: (time: Tensor, state: Y, params: P) => Liftable<Y>;
}

/** The events of a run, in the order of time; those at the same time in the order of the list of events. */
export interface EventLog<Y> {
  /** int32, shape []: how many there were. */
  readonly count: Tensor;
  /** `[maxEvents]`, in the dtype of the state; NaN behind the last. */
  readonly times: Tensor;
  /** int32 `[maxEvents]`: positions in the list of events; -1 behind the last. */
  readonly indices: Tensor;
  /** The states at the events before any of them was applied, each leaf `[maxEvents, ...]`; NaN behind the last. */
  readonly states: Y;
}
