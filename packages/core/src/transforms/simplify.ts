import type { Equation, Graph, OpName, Var } from "../ir/types.js";
import { at, isOp, mapBodies, memoised, withEquations, withInputs } from "./bodies.js";
import { dce } from "./dce.js";
import { isLoop } from "./loopParts.js";
import type { Pass } from "./pass.js";
import { algebraRules, simplifyUniform, type Rule } from "./simplify/algebra.js";
import { simplifyCall, simplifyCond } from "./simplify/calls.js";
import { createContext, type Context } from "./simplify/context.js";
import { simplifyLoop } from "./simplify/loops.js";
import { shapeRules } from "./simplify/shapes.js";

/**
 * Applies rules that hold to the bit, in equations and in bodies, until none applies: algebra with literals and signs,
 * filled arrays, loops (carries that do not change, or are equal; literals as constants; outputs that do not vary),
 * conditions with a known predicate, small calls. What is not needed any more is removed.
 */
export const simplify: (graph: Graph) => Graph = memoised((graph) => {
  let current = dce(graph);
  for (let round = 0; round < roundLimit; round++) {
    const changed = dce(walk(current));
    // A rule that looks further than it gets may leave what nothing reads; with that gone, all may be as it was.
    const next = withEquations(current, changed.equations, changed.outputs);
    if (next === current) break;
    current = next;
  }
  return current;
});

/** The pass of `simplify`. */
export const simplifyPass: Pass = {
  name: "simplify",
  description: "applies algebra that holds to the bit; simplifies loops, conditions and calls as such",
  run: simplify,
};

/** Rules shrink the Graph, so that few rounds are needed; the limit guards against a pair of rules that undo each other. */
const roundLimit = 50;

const rules: { readonly [K in OpName]?: Rule<K> } = { ...algebraRules, ...shapeRules };

/** One equation by the tables; null: it stays. */
function simplifyEquation(equation: Equation, context: Context): Var | null {
  const rule = rules[equation.op] as Rule<OpName> | undefined;
  return simplifyUniform(equation, context) ?? rule?.(equation, context) ?? null;
}

function walk(graph: Graph): Graph {
  const context = createContext(simplifyEquation);
  const image = new Map<Var, Var>();
  const read = (variable: Var): Var => image.get(variable) ?? variable;
  const callCounts = countCalls(graph);
  for (const original of graph.equations) {
    const equation = mapBodies(withInputs(original, original.inputs.map(read)), simplify);
    const images = simplerOutputs(equation, context, callCounts);
    if (images === null) context.push(equation);
    else equation.outputs.forEach((output, k) => image.set(output, at(images, k)));
  }
  return withEquations(graph, context.equations, graph.outputs.map(read));
}

/** What stands for the outputs of an equation that is replaced; null: it stays. */
function simplerOutputs(
  equation: Equation,
  context: Context,
  callCounts: ReadonlyMap<Graph, number>,
): readonly Var[] | null {
  if (isLoop(equation)) return simplifyLoop(equation, context);
  if (isOp(equation, "cond")) return simplifyCond(equation, context);
  if (isOp(equation, "call")) return simplifyCall(equation, context, callCounts.get(equation.params.body) ?? 0);
  const simpler = equation.outputs.length === 1 ? simplifyEquation(equation, context) : null;
  return simpler === null ? null : [simpler];
}

function countCalls(graph: Graph): ReadonlyMap<Graph, number> {
  const counts = new Map<Graph, number>();
  for (const equation of graph.equations) {
    if (!isOp(equation, "call")) continue;
    // Counted after the walk of the body: two bodies may become one, and one stays one.
    const body = simplify(equation.params.body);
    counts.set(body, (counts.get(body) ?? 0) + 1);
  }
  return counts;
}
