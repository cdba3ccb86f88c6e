/**
 * simgrad on the works of ode.mjs, through the package's door, as a user would write them.
 */

import { jit, np, valueAndGrad, vmap } from "@simgrad/core";
import { sbmlModel } from "@simgrad/ode-bio";

/**
 * Puts the inputs in place; reading and compiling are left to the first call.
 * @param {{ work: string, input: any }} request
 * @returns {import("../harness/nodeWorker.mjs").Started<any>} The work.
 */
export function start({ work, input }) {
  const { text, times, output, goal, ids, rtol, atol } = input;
  const wanted = goal === undefined ? undefined : np.array(goal);
  const simulatorOf = () => {
    const options = {
      times: Float64Array.from(times),
      outputs: [output],
      rtol,
      ...(atol === undefined ? {} : { atol }),
    };
    return sbmlModel(text).simulator(options);
  };
  const lossOf = (simulator) => (params) =>
    np.sqrt(np.sum(np.square(simulator.simulate(params).outputs[output].sub(wanted))));
  const readGradient = ([value, slopes]) => ({
    value: value.item(),
    gradient: ids.map((id) => slopes.parameters[id].item()),
  });
  // Rate constants are arguments, as they are of the rivals' programs.
  const params = { parameters: Object.fromEntries((ids ?? []).map((id, i) => [id, input.values[i]])) };
  let compiled;
  if (work.startsWith("ensemble")) {
    const starts = np.array(input.starts);
    return {
      call: () => {
        compiled ??= ensembleOf(simulatorOf(), output);
        return compiled(starts);
      },
      read: (ends) => ({ ends: Array.from(ends.data) }),
    };
  }
  if (goal === undefined) {
    return {
      call: () => {
        compiled ??= simulatorOf();
        return compiled.run(params);
      },
      read: ({ outputs }) => ({ curve: Array.from(outputs[output].data) }),
    };
  }
  if (work === "file to first gradient") {
    return { call: () => jit(valueAndGrad(lossOf(simulatorOf())))(params), read: readGradient };
  }
  return {
    call: () => {
      compiled ??= jit(valueAndGrad(lossOf(simulatorOf())));
      return compiled(params);
    },
    read: readGradient,
  };
}

function ensembleOf(simulator, output) {
  return jit(vmap((start) => simulator.simulate({ parameters: {}, initial: { Ca_ER: start } }).final[output]));
}
