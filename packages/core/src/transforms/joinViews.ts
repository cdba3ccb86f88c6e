import type { Equation, Graph, Var, ViewPiece } from "../ir/types.js";
import { makeEquation } from "../ir/builder.js";
import { at, isOp, withEquations, withInputs } from "./bodies.js";
import { dce } from "./dce.js";
import { insideLoops } from "./insideLoops.js";
import type { Pass } from "./pass.js";
import { intersect, isEmpty } from "./views/boxes.js";

/**
 * Inside loops, makes one view of a sum of views that are nowhere both there, and drops what is added to +0. This changes the sign
 * of a result that is zero: -0 + 0 is +0.
 */
export const joinViews: (graph: Graph) => Graph = insideLoops((body) => {
  const makers = new Map<Var, Equation>();
  const image = new Map<Var, Var>();
  const read = (variable: Var): Var => image.get(variable) ?? variable;
  const equations = body.equations.flatMap((original) => {
    const equation = withInputs(original, original.inputs.map(read));
    const simpler = isOp(equation, "add") ? sumOf(equation, makers) : equation;
    if ("id" in simpler) {
      image.set(at(equation.outputs, 0), simpler);
      return [];
    }
    simpler.outputs.forEach((output) => makers.set(output, simpler));
    return [simpler];
  });
  const changed = withEquations(body, equations, body.outputs.map(read));
  return changed === body ? body : dce(changed);
});

/** The pass of `joinViews`. */
export const joinViewsPass: Pass = {
  name: "joinViews",
  description: "inside loops, joins disjoint views that are added (changes the sign of zeros)",
  run: joinViews,
};

/** Pieces beyond which a view is data, as in `accessMaps`. */
const pieceLimit = 8;

function sumOf(sum: Equation<"add">, makers: ReadonlyMap<Var, Equation>): Equation | Var {
  const [x, y] = [at(sum.inputs, 0), at(sum.inputs, 1)];
  const [a, b] = [makers.get(x), makers.get(y)];
  if (b !== undefined && isOp(b, "literal") && b.params.value === 0) return x;
  if (a !== undefined && isOp(a, "literal") && a.params.value === 0) return y;
  if (a === undefined || b === undefined || !isOp(a, "view") || !isOp(b, "view")) return sum;
  const apart = a.params.pieces.every((p) => b.params.pieces.every((q) => isEmpty(intersect(p.box, q.box))));
  if (!apart || a.params.pieces.length + b.params.pieces.length > pieceLimit) return sum;
  const inputs = [...new Set([...a.inputs, ...b.inputs])];
  const from = (view: Equation<"view">): ViewPiece[] =>
    view.params.pieces.map((piece) => ({ ...piece, input: inputs.indexOf(at(view.inputs, piece.input)) }));
  return makeEquation("view", { shape: a.params.shape, pieces: [...from(a), ...from(b)] }, inputs, sum.outputs);
}
