import type { Equation, Graph, Var } from "../ir/types.js";
import { hasPrint, mapBodies, memoised, withEquations, withInputs } from "./bodies.js";
import { representative } from "./keys.js";
import { mergeOutputs } from "./mergeOutputs.js";
import { equationKey } from "./numbering.js";
import type { Pass } from "./pass.js";

/**
 * Merges equations that compute the same. Graphs inside equations are compared by structure, and those that are equal
 * become one object. Loops, calls and conditions that share their inputs and differ only in what they output become one
 * that outputs both.
 */
export const cse: (graph: Graph) => Graph = memoised((graph) => {
  for (let current = graph; ;) {
    const equal = mergeEqual(current);
    current = mergeOutputs(equal);
    if (current === equal) return equal;
  }
});

/** The pass of `cse`. */
export const csePass: Pass = { name: "cse", description: "merges equations that compute the same", run: cse };

function mergeEqual(graph: Graph): Graph {
  const image = new Map<Var, Var>();
  const read = (variable: Var): Var => image.get(variable) ?? variable;
  const seen = new Map<string, Equation>();
  const kept: Equation[] = [];
  for (const original of graph.equations) {
    const equation = mapBodies(withInputs(original, original.inputs.map(read)), (body) => representative(cse(body)));
    if (hasPrint(equation)) {
      kept.push(equation);
      continue;
    }
    const key = equationKey(equation, (input) => input.id);
    const known = seen.get(key);
    if (known === undefined) {
      seen.set(key, equation);
      kept.push(equation);
    } else {
      equation.outputs.forEach((output, k) => image.set(output, known.outputs[k] ?? output));
    }
  }
  return withEquations(graph, kept, graph.outputs.map(read));
}
