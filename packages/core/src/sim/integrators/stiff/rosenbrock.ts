import { present } from "../../../util/invariant.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import type { RosenbrockMethod, RosenbrockTableau } from "../method.js";
import type { Problem } from "../problem.js";
import type { Attempt, Stepper } from "../stepper.js";
import { vectorOf } from "./flat.js";
import { linearizerOf } from "./jacobian.js";

/**
 * Steps of a Rosenbrock method, in the form whose stages need no products with the Jacobian (Hairer, Wanner, Solving ODEs II, eq. IV.7.25),
 * here multiplied by h gamma, so that a step of size 0 is one:
 *
 * (I - h gamma J) u_i = h gamma (f(t + c_i h, y + sum_j a_ij u_j) + h d_i df/dt) + gamma sum_j C_ij u_j
 *
 * The last stage is the estimate of the error, and the new state the argument of the last stage plus it.
 */
export function rosenbrockStepper(method: RosenbrockMethod, problem: Problem): Stepper {
  const { tableau, controller } = method;
  const { gamma, stages, couplings, nodes, timeWeights } = tableau;
  const vector = vectorOf(problem.start.leaves, problem.moves);
  const linearize = linearizerOf(method.jacobian, problem);
  return {
    controller,
    errorOrder: tableau.errorOrder,
    memoAt: () => [],
    attempt: ({ time, state }, h, withDense): Attempt => {
      const y = vector.join(state);
      const slopeAt = (at: Tensor, z: Tensor): Tensor => vector.join(problem.derivative(at, vector.replace(state, z)));
      const hGamma = np.mul(h, gamma);
      const linear = linearize(time, state);
      const system = linear.system(hGamma);
      const moving = linear.slopeByTime === null ? null : np.mul(linear.slopeByTime, h);
      const u: Tensor[] = [];
      let argument = y;
      stages.forEach((row, i) => {
        argument = combine(row, u, y);
        const slope = slopeAt(np.add(time, np.mul(h, nodes[i] as number)), argument);
        const weight = timeWeights[i] as number;
        const right = np.mul(moving === null || weight === 0 ? slope : np.add(slope, np.mul(moving, weight)), hGamma);
        const coupling = couplings[i] as readonly number[];
        u.push(
          system.solve(
            combine(
              coupling.map((value) => value * gamma),
              u,
              right,
            ),
          ),
        );
      });
      const error = u[u.length - 1] as Tensor;
      const after = np.add(argument, error);
      return {
        state: vector.replace(state, after),
        memo: [],
        errors: vector.split(error),
        dense: withDense ? polynomialOf(tableau, u, np.sub(after, y)).map((power) => vector.split(power)) : [],
        stiffness: () => np.mul(linear.norm(), h),
      };
    },
  };
}

/**
 * y0 (1 - theta) + theta (y1 + (1 - theta) (k1 + theta (k2 + theta k3))) with k_i = sum_j dense_ij u_j (Hairer, Wanner II, section VI.4, for
 * RODAS, one degree more here), in powers of theta.
 */
function polynomialOf(tableau: RosenbrockTableau, u: readonly Tensor[], change: Tensor): readonly Tensor[] {
  const [k1, k2, k3] = tableau.dense.map((row) => combine(row, u, null)) as [Tensor, Tensor, Tensor];
  return [np.add(change, k1), np.sub(k2, k1), np.sub(k3, k2), np.negative(k3)];
}

/** start + sum_j weights[j] terms[j]; weights of 0 cost nothing. */
function combine(weights: readonly number[], terms: readonly Tensor[], start: Tensor | null): Tensor {
  let sum: Tensor | null = null;
  weights.forEach((weight, j) => {
    if (weight === 0) return;
    const term = weight === 1 ? (terms[j] as Tensor) : np.mul(terms[j] as Tensor, weight);
    sum = sum === null ? term : np.add(sum, term);
  });
  if (start === null) return present<Tensor>(sum, "sum");
  return sum === null ? start : np.add(start, sum);
}
