import { graphBuilder } from "../ir/builder.js";
import { forwardOf } from "../ir/evaluate/custom.js";
import type { Equation, Graph, Params, Var } from "../ir/types.js";
import { present } from "../util/invariant.js";

/** Replaces calls without a map by their bodies, of whatever kind they are: nothing is differentiated or shared any more. */
export function flattenCalls(graph: Graph): Graph {
  if (graph.equations.every((equation) => bodyOf(equation) === null)) return graph;
  const builder = graphBuilder();
  const image = new Map<Var, Var>();
  graph.inputs.forEach((input) => image.set(input, builder.input(input.type)));
  const read = (variable: Var): Var => present(image.get(variable), "a variable's image");
  for (const equation of graph.equations) {
    const inputs = equation.inputs.map(read);
    const body = bodyOf(equation);
    const outputs =
      body === null ? builder.emit(equation.op, equation.params, inputs) : builder.inline(flattenCalls(body), inputs);
    equation.outputs.forEach((output, k) => image.set(output, outputs[k] as Var));
  }
  return builder.build(graph.outputs.map(read));
}

/** The Graph that an equation calls once, or null. */
function bodyOf({ op, params }: Equation): Graph | null {
  switch (op) {
    case "call": {
      const { body, map } = params as Params["call"];
      return map === null ? body : null;
    }
    case "customCall":
      return (params as Params["customCall"]).body;
    case "linearCall":
      return forwardOf(params as Params["linearCall"]);
    default:
      return null;
  }
}
