import { arrayTypeOf, freshVar, makeEquation } from "../ir/builder.js";
import type { Equation, Graph, Params, Var, ViewIndex } from "../ir/types.js";
import { arrayType, sameShape, sizeOf } from "../ir/types.js";
import { at, mapBodies, isOp, memoised, withEquations } from "./bodies.js";
import { dce } from "./dce.js";
import { makersOf } from "./insideLoops.js";
import type { Pass } from "./pass.js";
import { fullBox, volume } from "./views/boxes.js";
import { along } from "./views/pieces.js";

/**
 * Reads of rows at an array of indices of several axes, of which only parts are used, become reads at these parts of the index
 * array: `take(x, faces)[:, 0]` is `take(x, faces[:, 0])`. So a simulation over faces or edges is one program, and has one
 * derivative, whether it indexes with a whole table or column by column.
 */
export const columnGathers: (graph: Graph) => Graph = memoised((graph) => {
  const makers = makersOf(graph);
  const readers = new Map<Var, (Equation | null)[]>();
  const note = (variable: Var, reader: Equation | null): void => {
    const known = readers.get(variable);
    if (known === undefined) readers.set(variable, [reader]);
    else known.push(reader);
  };
  for (const equation of graph.equations) equation.inputs.forEach((input) => note(input, equation));
  graph.outputs.forEach((output) => note(output, null));

  const parts = new Map<Equation, readonly Equation[]>();
  for (const table of graph.equations) {
    const gather = isOp(table, "reshape") ? makers.get(at(table.inputs, 0)) : undefined;
    if (gather === undefined || !isOp(gather, "gather") || gather.params.batch !== 0) continue;
    const views = readers.get(at(table.outputs, 0)) ?? [];
    const found = views.map((view) => (view === null ? null : partOf(view, table, gather)));
    if (!found.every((part) => part !== null)) continue;
    views.forEach((view, k) => view !== null && parts.set(view, at(found, k)));
  }
  const equations = graph.equations.flatMap((equation) => {
    const replaced = parts.get(equation);
    return replaced ?? [mapBodies(equation, columnGathers)];
  });
  const changed = withEquations(graph, equations, graph.outputs);
  return changed === graph ? graph : dce(changed);
});

/** The pass of `columnGathers`. */
export const columnGathersPass: Pass = {
  name: "columnGathers",
  description: "reads rows at the columns of an index table that are used",
  run: columnGathers,
};

/** What reads at a part of the indices only; null where the view is of another kind. `table` is the gather, reshaped. */
function partOf(view: Equation, table: Equation, gather: Equation<"gather">): readonly Equation[] | null {
  if (!isOp(view, "view") || view.inputs.length !== 1) return null;
  const [piece, ...others] = view.params.pieces;
  const { shape } = view.params;
  if (piece === undefined || others.length > 0 || volume(piece.box) !== volume(fullBox(shape))) return null;
  const source = arrayTypeOf(at(table.outputs, 0)).shape;
  const [operand, indices] = [at(gather.inputs, 0), at(gather.inputs, 1)];
  const rest = arrayTypeOf(operand).shape.slice(1);
  const lead = source.length - rest.length;
  if (lead < 0 || !sameShape(source.slice(lead), rest)) return null;

  const [rows, columns] = [piece.index.slice(0, lead), piece.index.slice(lead)];
  const rowAxes = new Set(rows.flatMap(({ axis }) => (axis === null ? [] : [axis])));
  const count = rowAxes.size;
  const split = [...rowAxes].every((axis) => axis < count) && columns.every(({ axis }) => (axis ?? count) >= count);
  const wanted = shape.slice(0, count);
  if (!split || sizeOf(wanted) >= sizeOf(source.slice(0, lead))) return null;
  return emitPart({ view, gather, operand, indices, rows, columns, wanted, lead: source.slice(0, lead), rest });
}

interface Part {
  readonly view: Equation<"view">;
  readonly gather: Equation<"gather">;
  readonly operand: Var;
  readonly indices: Var;
  /** Index into the axes of the index table, and into those of a row. */
  readonly rows: readonly ViewIndex[];
  readonly columns: readonly ViewIndex[];
  /** Extents of the part of the table, and of the whole. */
  readonly wanted: readonly number[];
  readonly lead: readonly number[];
  readonly rest: readonly number[];
}

function emitPart({ view, gather, operand, indices, rows, columns, wanted, lead, rest }: Part): readonly Equation[] {
  const equations: Equation[] = [];
  const { dtype } = arrayTypeOf(operand);
  const reshaped = (x: Var, shape: readonly number[]): Var => {
    const type = arrayTypeOf(x);
    if (sameShape(type.shape, shape)) return x;
    const output = freshVar(arrayType(type.dtype, shape));
    equations.push(makeEquation("reshape", { shape }, [x], [output]));
    return output;
  };
  const viewed = (x: Var, params: Params["view"], output: Var): Var => {
    equations.push(makeEquation("view", params, [x], [output]));
    return output;
  };
  const pieces = [{ box: fullBox(wanted), input: 0, index: rows }];
  const part = viewed(reshaped(indices, lead), { shape: wanted, pieces }, freshVar(arrayType("int32", wanted)));
  const count = sizeOf(wanted);
  const gathered = freshVar(arrayType(dtype, [count, ...rest]));
  equations.push(makeEquation("gather", gather.params, [operand, reshaped(part, [count])], [gathered]));
  const { shape } = view.params;
  const index = [...wanted.map((_, axis) => along(axis, 1, 0)), ...columns];
  viewed(
    reshaped(gathered, [...wanted, ...rest]),
    { shape, pieces: [{ box: fullBox(shape), input: 0, index }] },
    at(view.outputs, 0),
  );
  return equations;
}
