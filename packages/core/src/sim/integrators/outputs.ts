import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import { whileLoop } from "../../trace/control.js";
import type { Tensor } from "../../trace/tensor.js";
import type { StateLeaves } from "./method.js";
import { stateAt } from "./polynomial.js";
import type { Point, Stride } from "./stepper.js";

/** The outputs that were written, and the number of the next. */
export interface Outputs {
  readonly next: Tensor;
  /** Leaves `[times, ...]`. */
  readonly between: StateLeaves;
}

/**
 * Writes the outputs whose times a step has passed, which is taken until the time `after`.
 *
 * @param waits - bool, shape []: whether an output at that time itself is left to the next step; null where none ever is
 */
export function fillOutputs(
  outputs: Outputs,
  { from, size, dense }: Stride,
  after: Tensor,
  waits: Tensor | null,
  times: Tensor,
): Outputs {
  const count = times.shape[0] as number;
  const timeOf = (next: Tensor): Tensor => np.take(times, next);
  const isPassed = (time: Tensor): Tensor => {
    const isReached = np.lessEqual(time, after);
    return waits === null ? isReached : np.where(waits, np.less(time, after), isReached);
  };
  // In a batch, elements that have nothing to write divide as well.
  const span = np.where(np.greater(size, 0), size, 1);
  type Filled = readonly [next: Tensor, between: StateLeaves];
  const [next, between] = whileLoop<Filled>(
    ([next]) => np.logicalAnd(np.less(next, count), isPassed(timeOf(next))),
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

/** Writes an output that waited for a next step, at the point where there was none. */
export function fillWaiting(
  { next, between }: Outputs,
  { time, state }: Pick<Point, "time" | "state">,
  times: Tensor,
): StateLeaves {
  const indices = np.arange(times.shape[0] as number).astype("int32");
  const isDue = np.logicalAnd(np.greaterEqual(indices, next), np.equal(times, time));
  return between.map((rows, i) => {
    const isDueRow = np.reshape(isDue, [times.size, ...rows.shape.slice(1).map(() => 1)]);
    return np.where(isDueRow, np.expandDims(state[i] as Tensor, 0), rows);
  });
}
