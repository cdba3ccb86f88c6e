import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import type { StateLeaves } from "./method.js";

/** `state + h * sum_j weights[j] * slopes[j]`, leaf by leaf; weights of 0 cost nothing. */
export function advance(
  state: StateLeaves,
  h: Tensor,
  weights: readonly (number | Tensor)[],
  slopes: readonly StateLeaves[],
): StateLeaves {
  return weighted(weights, slopes, state.length).map((sum, i) => {
    const leaf = state[i] as Tensor;
    return sum === null ? leaf : np.add(leaf, np.mul(sum, h));
  });
}

/** `sum_j weights[j] * slopes[j]`, leaf by leaf; null where all weights are 0. */
export function weighted(
  weights: readonly (number | Tensor)[],
  slopes: readonly StateLeaves[],
  count: number,
): readonly (Tensor | null)[] {
  return Array.from({ length: count }, (_, i) => {
    let sum: Tensor | null = null;
    weights.forEach((weight, j) => {
      if (weight === 0) return;
      const slope = slopes[j]?.[i] as Tensor;
      const term = weight === 1 ? slope : np.mul(slope, weight);
      sum = sum === null ? term : np.add(sum, term);
    });
    return sum;
  });
}

/** Leaf by leaf `condition ? a : b`; the condition is a 0-d bool. */
export function chooseLeaves(condition: Tensor, a: StateLeaves, b: StateLeaves): StateLeaves {
  return a.map((leaf, i) => np.where(condition, leaf, b[i] as Tensor));
}
