import { objectiveOf, problemOf, type CoordinateProblem } from "../optim/fit/objective.js";
import { turns } from "../optim/fit/turns.js";
import { unknownsOf } from "../optim/fit/unknowns.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";

/** Half the sum of squares of residuals as the problem of a solver. */
export function leastSquaresProblem(
  residual: (x: Tensor) => Tensor,
  start: readonly number[],
  bounds: { readonly lower: readonly number[]; readonly upper: readonly number[] } | null = null,
): CoordinateProblem {
  const loss = Object.assign((output: unknown) => np.mul(np.sum(np.square(output as Tensor)), 0.5), {
    residual: (output: unknown) => output,
  });
  const unknowns = unknownsOf(np.array(start as number[], "float64"));
  const objective = objectiveOf(
    { model: (x) => residual(x as Tensor), loss, regularizers: [], parametrization: null },
    unknowns,
  );
  return problemOf(objective, {
    metric: null,
    lower: bounds === null ? null : Float64Array.from(bounds.lower),
    upper: bounds === null ? null : Float64Array.from(bounds.upper),
    counts: { evaluations: 0, products: 0, jacobians: 0 },
    run: {},
    turns: turns(),
  });
}
