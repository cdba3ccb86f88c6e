import { np } from "../../trace/np.js";
import { cond } from "../../trace/control.js";
import type { Tensor } from "../../trace/tensor.js";
import type { BoundEvents } from "./events/boundEvents.js";
import { land, refine } from "./events/passage.js";
import { nextStop } from "./events/plan.js";
import type { Slopes, StateLeaves } from "./method.js";
import type { Problem } from "./problem.js";
import type { Step } from "./step.js";
import type { Point, Stepper, Stride } from "./stepper.js";
import { withTangentOf, withTangentsOf } from "./tangents.js";

/** A step that was taken. */
export interface Taken {
  /** Where it ended. */
  readonly at: Point;
  /** The state there before events changed it. */
  readonly before: StateLeaves;
  readonly stride: Stride;
}

/** Takes the step that was found good: its values are known, what is computed here gives them their derivative. */
export function takeStep(
  stepper: Stepper,
  problem: Problem,
  { time, state, memo, step }: Point & { readonly step: Step },
  end: Tensor,
  events: BoundEvents | null,
): Taken {
  // A step that ends at the last time, or at a planned event, depends on when that is; the others have the size that they have.
  const stop = nextStop(events, end, time, state);
  const size = withTangentOf(step.size, np.where(step.isCut, np.sub(stop.time, time), step.size));
  const taken = stepper.attempt({ time, state, memo }, size, step.dense.length > 0);
  const dense = step.dense.map((power, i) => withTangentsOf(power, taken.dense[i] as Slopes));
  const stride = { from: { time, state }, size, dense };
  const after = np.where(step.isCut, stop.time, np.add(time, size));
  const { landing } = step;
  if (events === null || landing === null) {
    const arrived = withTangentsOf(step.state, taken.state);
    return {
      at: { time: after, state: arrived, memo: withTangentsOf(step.memo, taken.memo) },
      before: arrived,
      stride,
    };
  }
  interface Arrival extends Point {
    readonly before: StateLeaves;
  }
  const there = { time: after, state: taken.state };
  const source = cond(
    landing.happens,
    (): Arrival => {
      const theta = refine(events, stride, landing);
      const { slope, ...point } = land(events, problem.derivative, stride, there, landing, theta);
      return { ...point, memo: stepper.memoAt(slope, taken.memo) };
    },
    (): Arrival => ({ ...there, before: taken.state, memo: taken.memo }),
  );
  return {
    at: {
      time: withTangentOf(landing.time, source.time),
      state: withTangentsOf(step.state, source.state),
      memo: withTangentsOf(step.memo, source.memo),
    },
    before: withTangentsOf(landing.before, source.before),
    stride,
  };
}
