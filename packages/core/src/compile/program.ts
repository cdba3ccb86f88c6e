import type { TypedArray } from "../util/dtype.js";
import { InternalError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import { graphKey } from "../ir/key.js";
import type { Graph } from "../ir/types.js";
import { runPasses } from "../transforms/pass.js";
import type { Executable } from "../backends/backend.js";
import { concrete, type Tensor } from "../trace/tensor.js";
import { compileFor } from "./backends.js";
import { locateFailures } from "./locateFailures.js";
import { lruMap } from "./lru.js";
import { spreadExecutable } from "./workers/spread.js";
import { backendOf, isVerifying, optionsKey, withOptions, workersIn, type CompileOptions } from "./options.js";
import { finalPasses } from "./pipeline.js";

/** How many compiled programs are kept. */
const limit = 256;

const executables = lruMap<Executable>(limit);

/** Compiles a whole program; programs that are equal but for the names of their variables are compiled once. */
export function compileProgram(graph: Graph, options: CompileOptions): Executable {
  const backend = backendOf(options, graph);
  const key = `${backend} ${optionsKey(options)} ${graphKey(graph)}`;
  const known = executables.get(key);
  if (known !== undefined) return known;
  const workers = workersIn(options);
  const executable = withOptions(options, () =>
    workers !== null
      ? spreadExecutable(graph, options, workers)
      : compileFor(backend, runPasses(finalPasses(options), graph, { verify: isVerifying() }), isVerifying()),
  );
  const located = locateFailures(executable, graph);
  executables.set(key, located);
  return located;
}

/** Elements that a program returned, as tensors. */
export function resultTensors(graph: Graph, results: readonly TypedArray[]): readonly Tensor[] {
  return graph.outputs.map((output, i) => {
    if (output.type.kind !== "array") throw new InternalError("a program returns a History");
    return concrete(output.type.dtype, output.type.shape, present(results[i], "result"));
  });
}
