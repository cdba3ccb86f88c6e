import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Slopes, StateLeaves } from "./method.js";

/** `state + h * sum_j weights[j] * slopes[j]`, leaf by leaf; weights of 0 cost nothing. */
export function advance(
  state: StateLeaves,
  h: Tensor,
  weights: readonly (number | Tensor)[],
  slopes: readonly Slopes[],
): StateLeaves {
  return weighted(weights, slopes, state.length).map((sum, i) => {
    const leaf = state[i] as Tensor;
    return sum === null ? leaf : np.add(leaf, np.mul(sum, h));
  });
}

/** `sum_j weights[j] * slopes[j]`, leaf by leaf; null where all weights are 0, and for held leaves. */
export function weighted(weights: readonly (number | Tensor)[], slopes: readonly Slopes[], count: number): Slopes {
  return Array.from({ length: count }, (_, i) => {
    let sum: Tensor | null = null;
    weights.forEach((weight, j) => {
      if (weight === 0) return;
      const slope = slopes[j]?.[i] ?? null;
      if (slope === null) return;
      const term = weight === 1 ? slope : np.mul(slope, weight);
      sum = sum === null ? term : np.add(sum, term);
    });
    return sum;
  });
}

/** Leaf by leaf `condition ? a : b`; the condition is a 0-d bool. Where one list has null, so has the other. */
export function chooseLeaves<T extends Slopes>(condition: Tensor, a: T, b: T): T {
  return a.map((leaf, i) => (leaf === null ? null : np.where(condition, leaf, b[i] as Tensor))) as unknown as T;
}

/** Leaf by leaf `f` of what goes with leaves that move; null for those that are held. */
export function mapSlopes(slopes: Slopes, f: (slope: Tensor, i: number) => Tensor): Slopes {
  return slopes.map((slope, i) => (slope === null ? null : f(slope, i)));
}
