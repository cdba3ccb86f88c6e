import type { Equation, Graph, Var } from "../ir/types.js";
import { at, hasEffect, isOp, mapBodies, memoised, withEquations } from "./bodies.js";
import { isLoop, loopParts, type Loop } from "./loopParts.js";

/**
 * Applies a rewrite to the bodies of loops, innermost first, and to nothing else: what a loop computes is decided by the loop
 * alone, so that a program gives the same bits whether it is compiled as a whole or its operations run one by one.
 */
export function insideLoops(run: (body: Graph, loop: Loop) => Graph): (graph: Graph) => Graph {
  const walk: (graph: Graph) => Graph = memoised((graph) =>
    withEquations(
      graph,
      graph.equations.map((original) => {
        const equation = mapBodies(original, walk);
        if (!isLoop(equation)) return equation;
        const { body } = loopParts(equation);
        return mapBodies(equation, (inner) => (inner === body ? run(body, equation) : inner));
      }),
      graph.outputs,
    ),
  );
  return walk;
}

/** The variables of a loop's body that are the same at every step: its constants, and what is made of them alone. */
export function invariantsOf(loop: Loop): ReadonlySet<Var> {
  const { body, bodyConsts } = loopParts(loop);
  const invariant = new Set<Var>(bodyConsts);
  for (const equation of body.equations) {
    if (!equation.inputs.every((input) => invariant.has(input)) || !isSteady(equation)) continue;
    equation.outputs.forEach((output) => invariant.add(output));
  }
  return invariant;
}

/** How often each variable is read, by equations and as an output. */
export function readCounts(graph: Graph): ReadonlyMap<Var, number> {
  const counts = new Map<Var, number>();
  const count = (variable: Var): void => void counts.set(variable, (counts.get(variable) ?? 0) + 1);
  for (const { inputs } of graph.equations) inputs.forEach(count);
  graph.outputs.forEach(count);
  return counts;
}

/** The equation that defines each variable. */
export function makersOf(graph: Graph): ReadonlyMap<Var, Equation> {
  return new Map(graph.equations.flatMap((equation) => equation.outputs.map((output) => [output, equation] as const)));
}

/** Whether `hoist` can take an equation out of a loop, its operands being there. */
function isSteady(equation: Equation): boolean {
  const bodies = isLoop(equation) || isOp(equation, "call") || isOp(equation, "cond");
  return (
    !bodies && !hasEffect(equation) && equation.outputs.length > 0 && at(equation.outputs, 0).type.kind === "array"
  );
}
