import { recordsOrigins } from "../ir/origins.js";
import type { Graph } from "../ir/types.js";
import { runPasses, type Pass } from "../transforms/pass.js";
import { afterDifferentiation, beforeDifferentiation } from "../transforms/pipelines.js";
import { historyLimitOf, isVerifying, type CompileOptions } from "./options.js";

const prepared = new WeakMap<Graph, Graph>();

/** A function's Graph as derivatives are taken of it: simplified, with its shape operations as access maps. */
export function prepare(graph: Graph): Graph {
  // a program that is traced to explain a failure stays as it was written
  if (recordsOrigins()) return graph;
  let result = prepared.get(graph);
  if (result === undefined) {
    result = runPasses(beforeDifferentiation, graph, { verify: isVerifying() });
    prepared.set(graph, result);
  }
  return result;
}

/** The passes that a whole program goes through before it is lowered. */
export function finalPasses(options: CompileOptions): readonly Pass[] {
  return afterDifferentiation({ exactRounding: options.exactRounding ?? false, capBytes: historyLimitOf(options) });
}
