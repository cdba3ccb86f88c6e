import { freshVar } from "../ir/builder.js";
import type { Graph, Type } from "../ir/types.js";
import { isFloat } from "../util/dtype.js";
import { hasEffects, makeGraph, mapBodies, memoised } from "./bodies.js";
import { dce } from "./dce.js";
import { nth } from "./lists.js";

/** Whether variables of a type carry derivatives: floats, and what is made of them. */
export function isDifferentiable(type: Type): boolean {
  return type.kind === "array" ? isFloat(type.dtype) : isDifferentiable(type.of);
}

/** The Graph with its inputs and outputs chosen and ordered by position; dead equations vanish. */
export function arrange(graph: Graph, inputs: readonly number[], outputs: readonly number[]): Graph {
  const pruned = dce(
    graph,
    graph.outputs.map((_, i) => outputs.includes(i)),
  );
  return makeGraph(
    inputs.map((i) => nth(graph.inputs, i)),
    pruned.equations,
    outputs.map((i) => nth(graph.outputs, i)),
  );
}

/** The Graph with further inputs, which nothing reads, inserted before input `at`. */
export function withUnusedInputs(graph: Graph, at: number, types: readonly Type[]): Graph {
  const inputs = [...graph.inputs.slice(0, at), ...types.map(freshVar), ...graph.inputs.slice(at)];
  return makeGraph(inputs, graph.equations, graph.outputs);
}

/** The Graph without its checks and prints: for one that computes again what another Graph, which keeps them, computes too. */
export const withoutEffects: (graph: Graph) => Graph = memoised((graph) => {
  if (!hasEffects(graph)) return graph;
  const equations = graph.equations.filter(({ op }) => op !== "check" && op !== "debugPrint");
  return makeGraph(
    graph.inputs,
    equations.map((equation) => mapBodies(equation, withoutEffects)),
    graph.outputs,
  );
});
