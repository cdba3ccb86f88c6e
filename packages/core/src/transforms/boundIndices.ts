import { arrayTypeOf, freshVar, makeEquation } from "../ir/builder.js";
import type { Equation, Var } from "../ir/types.js";
import { arrayType } from "../ir/types.js";
import type { Graph } from "../ir/types.js";
import { at, isOp, withEquations } from "./bodies.js";
import { insideLoops, invariantsOf } from "./insideLoops.js";
import type { Pass } from "./pass.js";

/**
 * Inside loops, clamps the indices of reads and writes in an equation of its own where they are the same at every step, so that
 * `hoist` takes the clamps out of the loop; the reads and writes then know that all indices are in range. Keeps the bits.
 */
export const boundIndices: (graph: Graph) => Graph = insideLoops((body, loop) => {
  const invariant = invariantsOf(loop);
  const known = new Map<string, Var>();
  const equations: Equation[] = [];
  const clamped = (indices: Var, extent: number): Var => {
    const key = `${indices.id} ${extent}`;
    let result = known.get(key);
    if (result === undefined) {
      const type = arrayType("int32", arrayTypeOf(indices).shape);
      const bound = (op: "max" | "min", x: Var, value: number): Var => {
        const [limit, bounded] = [freshVar(type), freshVar(type)];
        equations.push(makeEquation("literal", { type, value }, [], [limit]));
        equations.push(makeEquation(op, {}, [x, limit], [bounded]));
        return bounded;
      };
      result = bound("min", bound("max", indices, 0), extent - 1);
      known.set(key, result);
    }
    return result;
  };
  for (const equation of body.equations) {
    if (!(isOp(equation, "gather") || isOp(equation, "scatterAdd") || isOp(equation, "scatterSet"))) {
      equations.push(equation);
      continue;
    }
    const { batch, mode } = equation.params;
    const extent = arrayTypeOf(at(equation.inputs, 0)).shape[batch] ?? 0;
    const isIndices = (k: number): boolean => k % 2 === 1;
    const steady = equation.inputs.every((input, k) => !isIndices(k) || invariant.has(input));
    if (mode !== "clip" || extent === 0 || !steady) {
      equations.push(equation);
      continue;
    }
    const inputs = equation.inputs.map((input, k) => (isIndices(k) ? clamped(input, extent) : input));
    equations.push(makeEquation(equation.op, { batch, mode: "inBounds" }, inputs, equation.outputs));
  }
  return withEquations(body, equations, body.outputs);
});

/** The pass of `boundIndices`. */
export const boundIndicesPass: Pass = {
  name: "boundIndices",
  description: "clamps indices that are the same at every step outside of the loop",
  run: boundIndices,
};
