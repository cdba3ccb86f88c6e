/**
 * simgrad on work W1, through its public door: the packaged wave and the transforms of core. `default` lets rollout choose
 * how the gradient gets back the states; the other variants ask for one way.
 */

import { jit, np, rollout, valueAndGrad } from "@simgrad/core";
import { acousticWave1d } from "@simgrad/wave";

/** The `adjoint` option of each variant; `default` leaves it out. */
const ADJOINTS = { inverse: "inverse", "blocks of 50": { blocks: 50 }, all: "all" };

/**
 * Puts the inputs in place; compiling is left to the first call.
 * @param {{ work: string, dtype: string, variant: string, input: import("../wave.mjs").WaveInput }} request
 * @returns {import("../harness/nodeWorker.mjs").Started<any>} The work.
 */
export function start({ work, dtype, variant, input }) {
  const { cells, steps, dt } = input;
  const speed = np.array(input.speed, dtype);
  const target = np.array(input.target, dtype);
  let compiled;

  if (work === "W1 forward") {
    return {
      call: () => {
        compiled ??= jit(finalField());
        return compiled(speed);
      },
      read: (field) => ({ field: Array.from(field.data) }),
    };
  }
  return {
    call: () => {
      compiled ??= jit(valueAndGrad(misfit(finalField())));
      return compiled(speed);
    },
    read: ([loss, gradient]) => ({ loss: loss.item(), gradient: Array.from(gradient.data) }),
  };

  function finalField() {
    const wave = acousticWave1d({ cells, length: 1, dt, steps });
    const adjoint = ADJOINTS[variant];
    const run = rollout(wave, { steps, ...(adjoint === undefined ? {} : { adjoint }) });
    return (c) => run({ speed: c }).final;
  }

  function misfit(field) {
    return (c) => {
      const difference = np.sub(field(c), target);
      return np.sqrt(np.sum(np.mul(difference, difference)));
    };
  }
}
