import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { advance } from "./leaves.js";
import type { FixedMethod, SlopeFunction, Slopes, StateLeaves, Tableau } from "./method.js";

/** A fixed-step method from its tableau. */
export function rungeKutta(name: string, order: number, tableau: Tableau): FixedMethod {
  return Object.freeze<FixedMethod>({
    kind: "fixed",
    name,
    order,
    step: (derivative, time, state, h) => {
      const slopes = stageSlopes(tableau, derivative, time, state, h, derivative(time, state));
      return advance(state, h, tableau.weights, slopes);
    },
  });
}

/** The derivatives at all stages of a step; the first, which is that at its start, is given. */
export function stageSlopes(
  tableau: Tableau,
  derivative: SlopeFunction,
  time: Tensor,
  state: StateLeaves,
  h: Tensor,
  first: Slopes,
): readonly Slopes[] {
  const slopes: Slopes[] = [first];
  for (const row of tableau.stages.slice(1)) {
    slopes.push(derivative(np.add(time, np.mul(h, nodeOf(row))), advance(state, h, row, slopes)));
  }
  return slopes;
}

/** Node c of a stage: the sum of its row, which methods round differently; a sum next to 1 is 1. */
export function nodeOf(row: readonly number[]): number {
  const sum = row.reduce((total, weight) => total + weight, 0);
  return Math.abs(sum - 1) < 1e-12 ? 1 : sum;
}
