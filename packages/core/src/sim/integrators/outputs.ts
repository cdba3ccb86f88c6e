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

/** Writes the outputs whose times a step has passed, which is taken until the time `after`. */
export function fillOutputs(outputs: Outputs, { from, size, dense }: Stride, after: Tensor, times: Tensor): Outputs {
  const count = times.shape[0] as number;
  const timeOf = (next: Tensor): Tensor => np.take(times, next);
  type Filled = readonly [next: Tensor, between: StateLeaves];
  const [next, between] = whileLoop<Filled>(
    ([next]) => np.logicalAnd(np.less(next, count), np.lessEqual(timeOf(next), after)),
    ([next, between]) => {
      const theta = np.divide(np.sub(timeOf(next), from.time), size);
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
