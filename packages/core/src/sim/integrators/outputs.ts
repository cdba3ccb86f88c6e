import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import { whileLoop } from "../../trace/control.js";
import type { Tensor } from "../../trace/tensor.js";
import type { StateLeaves } from "./method.js";
import { stateAt } from "./polynomial.js";
import type { Stride } from "./stepper.js";

/** The outputs that were written, and the number of the next. */
export interface Outputs {
  readonly next: Tensor;
  /** Leaves `[times, ...]`. */
  readonly between: StateLeaves;
}

/** Writes the outputs whose times a step has passed, which is taken until the time `after`; that time itself is left out where `before` holds. */
export function fillOutputs(
  outputs: Outputs,
  { from, size, dense }: Stride,
  after: Tensor,
  before: Tensor | null,
  times: Tensor,
): Outputs {
  const count = times.shape[0] as number;
  const timeOf = (next: Tensor): Tensor => np.take(times, next);
  // A step that was rejected has no size, and passes the output at its start where that waited for an event.
  const span = np.where(np.greater(size, 0), size, 1);
  type Filled = readonly [next: Tensor, between: StateLeaves];
  const [next, between] = whileLoop<Filled>(
    ([next]) => {
      const time = timeOf(next);
      const isPassed = np.lessEqual(time, after);
      const counts =
        before === null
          ? isPassed
          : np.logicalAnd(isPassed, np.logicalNot(np.logicalAnd(before, np.equal(time, after))));
      return np.logicalAnd(np.less(next, count), counts);
    },
    ([next, between]) => {
      const theta = np.divide(np.sub(timeOf(next), from.time), span);
      const row = stateAt(from.state, dense, theta);
      const rows = between.map((leaf, i) => {
        const value = row[i] as Tensor;
        const starts = np.stack([next, ...value.shape.map(() => literal("int32", [], 0))]);
        return np.dynamicUpdate(leaf, np.expandDims(value, 0), starts);
      });
      return [np.add(next, 1), rows];
    },
    [outputs.next, outputs.between],
  );
  return { next, between };
}
