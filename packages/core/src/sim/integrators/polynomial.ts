import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import type { StateLeaves } from "./method.js";
import type { Polynomial } from "./stepper.js";

/** The state at the share `theta` of a step that starts at `state`; held leaves are what they were. */
export function stateAt(state: StateLeaves, polynomial: Polynomial, theta: Tensor): StateLeaves {
  return state.map((leaf, i) => {
    let sum: Tensor | null = null;
    for (const power of [...polynomial].reverse()) {
      const coefficient = power[i] ?? null;
      if (coefficient === null) return leaf;
      sum = np.mul(sum === null ? coefficient : np.add(sum, coefficient), theta);
    }
    return np.add(leaf, sum as unknown as Tensor);
  });
}
