import { graphBuilder } from "../ir/builder.js";
import type { Equation, Graph, Params, Var } from "../ir/types.js";
import { present } from "../util/invariant.js";

/** Replaces calls without a map by their bodies. */
export function flattenCalls(graph: Graph): Graph {
  const isPlainCall = (equation: Equation): boolean =>
    equation.op === "call" && (equation.params as Params["call"]).map === null;
  if (!graph.equations.some(isPlainCall)) return graph;
  const builder = graphBuilder();
  const image = new Map<Var, Var>();
  graph.inputs.forEach((input) => image.set(input, builder.input(input.type)));
  const read = (variable: Var): Var => present(image.get(variable), "a variable's image");
  for (const equation of graph.equations) {
    const inputs = equation.inputs.map(read);
    const outputs = isPlainCall(equation)
      ? builder.inline(flattenCalls((equation.params as Params["call"]).body), inputs)
      : builder.emit(equation.op, equation.params, inputs);
    equation.outputs.forEach((output, k) => image.set(output, outputs[k] as Var));
  }
  return builder.build(graph.outputs.map(read));
}
