import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { advance, weighted } from "./leaves.js";
import type { AdaptiveMethod, Derivative, EmbeddedTableau, StateLeaves } from "./method.js";
import { stageSlopes } from "./rungeKutta.js";
import type { Attempt, Polynomial, Stepper } from "./stepper.js";

/** Steps of an explicit method. What it remembers is the slope at the state, which is its first stage. */
export function explicitStepper(method: AdaptiveMethod, derivative: Derivative): Stepper {
  const { tableau, controller } = method;
  return {
    controller,
    errorOrder: tableau.errorOrder,
    memoAt: (slope) => slope,
    attempt: ({ time, state, memo }, h): Attempt => {
      const slopes = stageSlopes(tableau, derivative, time, state, h, memo);
      return {
        state: advance(state, h, tableau.weights, slopes),
        memo: slopes[slopes.length - 1] as StateLeaves,
        errors: weighted(tableau.errorWeights, slopes, state.length).map((sum) => np.mul(sum as Tensor, h)),
        dense: () => polynomialOf(tableau, slopes, h),
      };
    },
  };
}

function polynomialOf(tableau: EmbeddedTableau, slopes: readonly StateLeaves[], h: Tensor): Polynomial {
  const degree = tableau.dense[0]?.length ?? 0;
  const count = slopes[0]?.length ?? 0;
  return Array.from({ length: degree }, (_, power) => {
    const weights = tableau.dense.map((row) => row[power] as number);
    return weighted(weights, slopes, count).map((sum) => np.mul(sum as Tensor, h));
  });
}
