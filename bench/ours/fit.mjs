/**
 * simgrad on the inversion of W1, through its public door: fit with the packaged wave, its own choice of line search and of
 * how the gradient gets back the states.
 */

import { fit, halfSquared, lbfgs, np, sobolev } from "@simgrad/core";
import { acousticWave1d } from "@simgrad/wave";

/**
 * Puts the inputs in place; a call is a whole fit, which traces and compiles anew.
 * @param {{ dtype: string, input: import("../fit.mjs").FitInput }} request
 * @returns {import("../harness/nodeWorker.mjs").Started<any>} The work.
 */
export function start({ dtype, input }) {
  const { cells, steps, dt, truth, memory, length, goal, limit } = input;
  const simulator = acousticWave1d({ cells, length: 1, dt, steps });
  const speed = np.array(input.speed, dtype);
  const target = np.array(input.target, dtype);

  return {
    call: async () => {
      let rmse = Infinity;
      const result = await fit({
        simulator,
        loss: halfSquared(target),
        params: { speed },
        optimizer: lbfgs({
          memory,
          metric: sobolev({ length }),
          maxEvaluations: limit,
          // Only the goal and the limit stop it, as with the rival.
          gradientTolerance: 0,
          valueTolerance: 0,
        }),
        onStep: ({ params }) => {
          rmse = Math.min(rmse, rmseOf(params.speed.data));
          return rmse > goal;
        },
      });
      return { result, rmse };
    },
    read: ({ result, rmse }) => ({
      speed: Array.from(result.last.params.speed.data),
      rmse,
      evaluations: result.evaluations,
    }),
  };

  function rmseOf(speeds) {
    let sum = 0;
    for (let i = 0; i < cells; i++) sum += (speeds[i] - truth[i]) ** 2;
    return Math.sqrt(sum / cells);
  }
}
