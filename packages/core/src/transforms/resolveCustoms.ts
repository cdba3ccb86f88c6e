import { makeEquation } from "../ir/builder.js";
import { forwardOf } from "../ir/evaluate/custom.js";
import type { Equation, Graph } from "../ir/types.js";
import { isOp, mapBodies, memoised, withEquations } from "./bodies.js";
import type { Pass } from "./pass.js";

/**
 * Makes plain calls of what has a derivative of its own, once all is differentiated. What is computed again instead of kept
 * stays behind a call to the end: sharing it with the first computation would keep it.
 */
export const resolveCustoms: (graph: Graph) => Graph = memoised((graph) =>
  withEquations(
    graph,
    graph.equations.map((equation) => resolve(mapBodies(equation, resolveCustoms))),
    graph.outputs,
  ),
);

/** The pass of `resolveCustoms`. */
export const resolveCustomsPass: Pass = {
  name: "resolveCustoms",
  description: "makes plain calls of functions with a derivative of their own",
  run: resolveCustoms,
};

function resolve(equation: Equation): Equation {
  const { inputs, outputs } = equation;
  if (isOp(equation, "linearCall")) {
    return makeEquation("call", { body: resolveCustoms(forwardOf(equation.params)), map: null }, inputs, outputs);
  }
  if (isOp(equation, "customCall") && equation.params.derivative.kind !== "recompute") {
    return makeEquation("call", { body: equation.params.body, map: null }, inputs, outputs);
  }
  return equation;
}
