import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import { scaledNorm, scalesOf } from "./controller.js";
import { advance, mapSlopes, weighted } from "./leaves.js";
import type { AdaptiveMethod, EmbeddedTableau, Slopes, StateLeaves } from "./method.js";
import type { Problem } from "./problem.js";
import { rolledStageSlopes } from "./rolledStages.js";
import { stageSlopes } from "./rungeKutta.js";
import type { Attempt, Polynomial, Stepper } from "./stepper.js";

/** Equations of a right-hand side above which a loop over the stages pays: the program is compiled in a fraction of the time, and runs as fast. */
const unrolledUpTo = 40;

/** Steps of an explicit method. What it remembers is the slope at the state, which is its first stage. */
export function explicitStepper(method: AdaptiveMethod, problem: Pick<Problem, "derivative" | "equations">): Stepper {
  const { tableau, controller } = method;
  const { derivative, equations } = problem;
  const slopesOf = equations > unrolledUpTo ? rolledStageSlopes : stageSlopes;
  return {
    controller,
    errorOrder: tableau.errorOrder,
    memoAt: (slope) => slope,
    attempt: ({ time, state, memo }, h, withDense): Attempt => {
      const slopes = slopesOf(tableau, derivative, time, state, h, memo);
      return {
        state: advance(state, h, tableau.weights, slopes),
        memo: slopes[slopes.length - 1] as Slopes,
        errors: mapSlopes(weighted(tableau.errorWeights, slopes, state.length), (sum) => np.mul(sum, h)),
        dense: withDense ? polynomialOf(tableau, slopes, h) : [],
        stiffness: (tolerances) => stiffnessOf(tableau, slopes, scalesOf(state, tolerances)),
      };
    },
  };
}

/**
 * |k_s - k_(s-1)| / |g_s - g_(s-1)| h for the last two stages, which are both at the end of the step: they differ by a multiple of a power of h,
 * which is along the largest eigenvalue where the equation is stiff (Shampine 1977; Hairer, Wanner, Solving ODEs II, eq. IV.2.12). Measured in
 * tolerances: the stiff components are often the small ones.
 */
function stiffnessOf(tableau: EmbeddedTableau, slopes: readonly Slopes[], scales: StateLeaves): Tensor {
  const [before, last] = tableau.stages.slice(-2) as [readonly number[], readonly number[]];
  const weights = last.map((weight, j) => weight - (before[j] ?? 0));
  const ends = slopes.slice(-2) as [Slopes, Slopes];
  // the arguments less their common start, over h
  const change = scaledNorm(weighted(weights, slopes, ends[0].length), scales);
  const slopeChange = scaledNorm(
    mapSlopes(ends[1], (leaf, i) => np.sub(leaf, ends[0][i] as Tensor)),
    scales,
  );
  const tiny = literal(change.dtype, [], change.dtype === "float32" ? 1e-30 : 1e-290);
  return np.divide(slopeChange, np.maximum(change, tiny));
}

function polynomialOf(tableau: EmbeddedTableau, slopes: readonly Slopes[], h: Tensor): Polynomial {
  const degree = tableau.dense[0]?.length ?? 0;
  const count = slopes[0]?.length ?? 0;
  return Array.from({ length: degree }, (_, power) => {
    const weights = tableau.dense.map((row) => row[power] as number);
    return mapSlopes(weighted(weights, slopes, count), (sum) => np.mul(sum, h));
  });
}
