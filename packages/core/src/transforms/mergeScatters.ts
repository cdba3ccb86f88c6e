import { arrayTypeOf, freshVar, makeEquation } from "../ir/builder.js";
import type { Equation, Graph, Var } from "../ir/types.js";
import { at, isOp, withEquations } from "./bodies.js";
import { insideLoops, makersOf, readCounts } from "./insideLoops.js";
import type { Pass } from "./pass.js";

/**
 * Makes of scatterAdds that add to one running sum, one after the other, a scatterAdd for each number of indices: its columns are
 * added element by element. This changes the order of the sum, and lets one loop over the elements compute and add all of them.
 */
export const mergeScatters: (graph: Graph) => Graph = insideLoops((body) => {
  const counts = readCounts(body);
  const makers = makersOf(body);
  /** For each scatterAdd that no other takes over: those that it follows, and itself. */
  const chains = new Map<Equation, readonly Equation<"scatterAdd">[]>();
  for (const equation of body.equations) {
    if (!isOp(equation, "scatterAdd")) continue;
    const operand = at(equation.inputs, 0);
    const before = makers.get(operand);
    const chain = before === undefined || counts.get(operand) !== 1 ? undefined : chains.get(before);
    const continues =
      chain !== undefined &&
      before !== undefined &&
      isOp(before, "scatterAdd") &&
      before.params.batch === equation.params.batch &&
      before.params.mode === equation.params.mode;
    if (continues) chains.delete(before);
    chains.set(equation, continues ? [...chain, equation] : [equation]);
  }
  const merged = new Map<Equation, readonly Equation[]>();
  for (const [last, chain] of chains) {
    const groups = groupByCount(chain);
    if (groups.length === chain.length) continue;
    chain.forEach((equation) => merged.set(equation, []));
    merged.set(last, emitGroups(chain, groups));
  }
  const equations = body.equations.flatMap((equation) => merged.get(equation) ?? [equation]);
  return withEquations(body, equations, body.outputs);
});

/** The pass of `mergeScatters`. */
export const mergeScattersPass: Pass = {
  name: "mergeScatters",
  description: "inside loops, adds at several index arrays element by element (changes rounding)",
  run: mergeScatters,
};

/** Columns of the scatters, those with equally many indices together, in the order in which they come. */
function groupByCount(chain: readonly Equation<"scatterAdd">[]): readonly (readonly Var[])[] {
  const groups = new Map<string, Var[]>();
  for (const { inputs } of chain) {
    const key = arrayTypeOf(at(inputs, 1)).shape.join();
    groups.set(key, [...(groups.get(key) ?? []), ...inputs.slice(1)]);
  }
  return [...groups.values()];
}

function emitGroups(
  chain: readonly Equation<"scatterAdd">[],
  groups: readonly (readonly Var[])[],
): readonly Equation[] {
  const { params, inputs } = at(chain, 0);
  const result = at(at(chain, chain.length - 1).outputs, 0);
  let sum = at(inputs, 0);
  return groups.map((columns, k) => {
    const next = k === groups.length - 1 ? result : freshVar(result.type);
    const equation = makeEquation("scatterAdd", params, [sum, ...columns], [next]);
    sum = next;
    return equation;
  });
}
