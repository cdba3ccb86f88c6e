import { np } from "../../../trace/np.js";
import { whileLoop } from "../../../trace/control.js";
import { literal } from "../../../trace/operands.js";
import type { Tensor } from "../../../trace/tensor.js";
import type { StateLeaves } from "../method.js";
import type { BoundEvents } from "./boundEvents.js";
import type { Passage } from "./passage.js";

/** Events so far, on leaves; see `EventLog`. */
export interface Log {
  readonly count: Tensor;
  readonly times: Tensor;
  readonly indices: Tensor;
  readonly states: StateLeaves;
}

/** A log of no events, with room for some. */
export function emptyLog(limit: number, start: StateLeaves): Log {
  const { dtype } = start[0] as Tensor;
  return {
    count: literal("int32", [], 0),
    times: literal(dtype, [limit], NaN),
    indices: literal("int32", [limit], -1),
    states: start.map((leaf) => literal(dtype, [limit, ...leaf.shape], NaN)),
  };
}

/** Adds those events of a point that fired; there must be room. */
export function logEvents(
  events: BoundEvents,
  log: Log,
  { fired, happens }: Passage,
  time: Tensor,
  state: StateLeaves,
): Log {
  if (!events.isLogged) return { ...log, count: np.add(log.count, np.sum(fired.astype("int32"))) };
  const last = np.where(happens, literal("int32", [], events.count), 0);
  const [, result] = whileLoop(
    ([i]: readonly [Tensor, Log]) => np.less(i, last),
    ([i, own]) => {
      const isNew = np.take(fired, i);
      const put = (rows: Tensor, row: Tensor): Tensor => {
        const starts = np.stack([own.count, ...row.shape.map(() => literal("int32", [], 0))]);
        const there = np.dynamicSlice(rows, starts, [1, ...row.shape]);
        return np.dynamicUpdate(rows, np.where(isNew, np.expandDims(row, 0), there), starts);
      };
      return [
        np.add(i, 1),
        {
          times: put(own.times, time),
          indices: put(own.indices, i),
          states: own.states.map((rows, k) => put(rows, state[k] as Tensor)),
          count: np.add(own.count, isNew.astype("int32")),
        },
      ] as const;
    },
    [literal("int32", [], 0), log] as const,
  );
  return result;
}
