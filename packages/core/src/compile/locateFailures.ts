import { NumericalError } from "../util/errors.js";
import type { TypedArray } from "../util/dtype.js";
import { findFailedCheck } from "../ir/findFailedCheck.js";
import { notFinite } from "../ir/notFinite.js";
import type { Graph } from "../ir/types.js";
import { arrayValue } from "../ir/values.js";
import { arrayTypeOf } from "../ir/builder.js";
import { hasLocatedChecks } from "../transforms/bodies.js";
import type { Executable } from "../backends/backend.js";

/** The executable of a Graph, which says in which step of which loop a located `check` failed: then the Graph is evaluated again. */
export function locateFailures(executable: Executable, graph: Graph): Executable {
  if (!hasLocatedChecks(graph)) return executable;
  const located = <T>(inputs: readonly TypedArray[], run: () => T): T => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      const values = graph.inputs.map((input, i) => {
        const { dtype, shape } = arrayTypeOf(input);
        return arrayValue(dtype, shape, inputs[i] as TypedArray);
      });
      const found = findFailedCheck(graph, values);
      // Passes that change rounding may have made all the difference.
      if (found?.params.located !== true) throw error;
      throw notFinite(found.params.message, found.entry, found.path);
    }
  };
  return {
    ...executable,
    call: (inputs) => located(inputs, () => executable.call(inputs)),
    start(inputs) {
      const run = executable.start(inputs);
      // Parts of a program that is spread over workers fail while it advances.
      return {
        ...run,
        advance: (fuel) => located(inputs, () => run.advance(fuel)),
        outputs: () => located(inputs, () => run.outputs()),
      };
    },
  };
}
