import { np } from "../../trace/np.js";
import { foriLoop } from "../../trace/control.js";
import { literal } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import type { SlopeFunction, Slopes, StateLeaves, Tableau } from "./method.js";
import { nodeOf } from "./rungeKutta.js";

/**
 * What `stageSlopes` gives, by a loop over the stages in which the right-hand side stands once. Sums over earlier stages are in another order, so that
 * the last bits differ.
 */
export function rolledStageSlopes(
  tableau: Tableau,
  derivative: SlopeFunction,
  time: Tensor,
  state: StateLeaves,
  h: Tensor,
  first: Slopes,
): readonly Slopes[] {
  const { stages } = tableau;
  const count = stages.length;
  // [stages, stages], and [stages]
  const rows = np.array(stages.map((row) => Array.from({ length: count }, (_, j) => row[j] ?? 0))).astype(time.dtype);
  const nodes = np.array(stages.map(nodeOf)).astype(time.dtype);
  const moving = first.flatMap((slope, i) => (slope === null ? [] : [i]));
  const table = moving.map((i) => withRoom(first[i] as Tensor, count));

  const all = foriLoop(
    1,
    count,
    (stage: Tensor, slopes: readonly Tensor[]) => {
      const weights = np.take(rows, stage);
      const argument = [...state];
      moving.forEach((i, k) => {
        const own = slopes[k] as Tensor;
        const factors = np.reshape(weights, [count, ...own.shape.slice(1).map(() => 1)]);
        const sum = np.sum(np.mul(own, factors), { axis: 0 });
        argument[i] = np.add(state[i] as Tensor, np.mul(sum, h));
      });
      const here = derivative(np.add(time, np.mul(h, np.take(nodes, stage))), argument);
      return slopes.map((own, k) => {
        const start = np.stack([stage, ...own.shape.slice(1).map(() => literal("int32", [], 0))]);
        return np.dynamicUpdate(own, np.expandDims(here[moving[k] as number] as Tensor, 0), start);
      });
    },
    table,
  ) as readonly Tensor[];
  return stages.map((_, j) => {
    let k = 0;
    return first.map((slope) => (slope === null ? null : np.at(all[k++] as Tensor, j).get()));
  });
}

/** `[stages, ...]`: the first row is given, the others are to be filled. */
function withRoom(first: Tensor, stages: number): Tensor {
  const rest = literal(first.dtype, [stages - 1, ...first.shape], 0);
  return np.concatenate([np.expandDims(first, 0), rest], 0);
}
