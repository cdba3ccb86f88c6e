import { arrayTypeOf, freshVar, makeEquation } from "../ir/builder.js";
import type { ArrayType, Equation, Graph, Var } from "../ir/types.js";
import { arrayType } from "../ir/types.js";
import { at, isOp, makeGraph, mapBodies, sameItems, withInputs } from "./bodies.js";
import { dce } from "./dce.js";
import type { Pass } from "./pass.js";
import { canonicalPieces, composePieces, identityOf, type Piece, type Source } from "./views/pieces.js";
import { fullBox, volume } from "./views/boxes.js";
import { createStatics, type Statics } from "./views/statics.js";
import { viewOf } from "./views/viewOf.js";

/**
 * Makes every tree of ops that move elements one `view`: broadcasts, transposes, slices, pads, concatenations, reversals,
 * reshapes by axes of extent 1, selections with a static predicate, and reads and writes at static indices. Static is what is
 * made from literals and indices, in this Graph or around it. A tree with more than `pieceLimit` pieces stays as it is: such
 * a mask is data. The pieces are canonical, so that one map is one view, however it was written. Nothing moves through an op
 * that computes.
 */
export function accessMaps(graph: Graph): Graph {
  let result = memo.get(graph);
  if (result === undefined) {
    result = walk(graph, createStatics());
    memo.set(graph, result);
    memo.set(result, result);
  }
  return result;
}

/** The pass of `accessMaps`. */
export const accessMapsPass: Pass = {
  name: "accessMaps",
  description: "makes every tree of ops that move elements one view",
  run: accessMaps,
};

/** Pieces beyond which a map is data: each one may become a loop of its own (design: about 8). */
const pieceLimit = 8;

const memo = new WeakMap<Graph, Graph>();

function walk(graph: Graph, statics: Statics): Graph {
  const equations: Equation[] = [];
  const image = new Map<Var, Var>();
  const read = (variable: Var): Var => image.get(variable) ?? variable;
  /** What is known of variables as views of others; a filled array is a number. */
  const views = new Map<Var, readonly Piece[]>();
  const bodies = new Map<Graph, Map<string, Graph>>();
  const scalars: Scalars = new Map();
  const push = (equation: Equation): void => {
    equations.push(equation);
    statics.note(equation);
    if (isOp(equation, "literal")) {
      const { type, value } = equation.params;
      if (type.shape.length === 0) scalars.set(scalarKey(type, value), at(equation.outputs, 0));
      views.set(
        at(equation.outputs, 0),
        Object.is(value, 0) ? [] : [{ box: fullBox(type.shape), source: value, index: [] }],
      );
    }
  };
  for (const original of graph.equations) {
    const equation = walkBodies(withInputs(original, original.inputs.map(read)), statics, bodies);
    const pieces = composed(equation, statics, views);
    if (pieces === null) {
      push(equation);
      continue;
    }
    const output = at(equation.outputs, 0);
    const type = arrayTypeOf(output);
    const source = identityOf(pieces, type);
    if (source !== null) {
      image.set(output, source);
      continue;
    }
    const { before, equation: view } = emitView(pieces, output, equation, scalars);
    before.forEach(push);
    push(view);
    if (!views.has(output)) views.set(output, pieces);
  }
  const outputs = graph.outputs.map(read);
  const same = sameItems(equations, graph.equations) && sameItems(outputs, graph.outputs);
  return same ? graph : dce(makeGraph(graph.inputs, equations, outputs));
}

/** The equation as pieces of what is no view itself; null if it is none, or has too many. */
function composed(equation: Equation, statics: Statics, views: ReadonlyMap<Var, readonly Piece[]>): Piece[] | null {
  const own = viewOf(equation, statics);
  if (own === null) return null;
  const deep = canonicalPieces(composePieces(own, (source) => views.get(source) ?? null));
  if (deep.length <= pieceLimit) return deep;
  const shallow = canonicalPieces(own);
  return shallow.length <= pieceLimit ? shallow : null;
}

/** The view of pieces, and literals that it reads; the very equation where it says the same already. */
function emitView(
  pieces: readonly Piece[],
  output: Var,
  original: Equation,
  scalars: Scalars,
): { readonly before: readonly Equation[]; readonly equation: Equation } {
  const type = arrayTypeOf(output);
  const [first] = pieces;
  const filled = first === undefined ? 0 : first.source;
  if (typeof filled === "number" && (first === undefined || volume(first.box) === volume(fullBox(type.shape)))) {
    const params = { type: arrayType(type.dtype, type.shape), value: filled };
    return { before: [], equation: makeEquation("literal", params, [], [output]) };
  }
  const before: Equation[] = [];
  const inputs: Var[] = [];
  const position = new Map<Source, number>();
  const numbered = pieces.map(({ box, source, index }) => {
    const key = Object.is(source, -0) ? ("-0" as unknown as Source) : source;
    let input = position.get(key);
    if (input === undefined) {
      position.set(key, (input = inputs.length));
      inputs.push(typeof source === "number" ? scalarFor(source, type, before, scalars) : source);
    }
    return { box, input, index };
  });
  const params = { shape: type.shape, pieces: numbered };
  const equation = makeEquation("view", params, inputs, [output]);
  const says =
    before.length === 0 &&
    sameItems(inputs, original.inputs) &&
    original.op === "view" &&
    sameText(equation.params, original.params);
  return { before, equation: says ? original : equation };
}

/** Whether parameters are equal and print equally, the order of their fields included. */
function sameText(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Scalar literals of the Graph by dtype and value. */
type Scalars = Map<string, Var>;

function scalarKey(type: ArrayType, value: number): string {
  return `${type.dtype} ${Object.is(value, -0) ? "-0" : value}`;
}

function scalarFor(value: number, type: ArrayType, before: Equation[], scalars: Scalars): Var {
  const known = scalars.get(scalarKey(type, value));
  if (known !== undefined) return known;
  const variable = freshVar(arrayType(type.dtype, []));
  before.push(makeEquation("literal", { type: arrayType(type.dtype, []), value }, [], [variable]));
  return variable;
}

/** Walks the Graphs inside an equation; what is static here is static there too. */
function walkBodies(equation: Equation, statics: Statics, known: Map<Graph, Map<string, Graph>>): Equation {
  const { inputs } = equation;
  const enter = (body: Graph, outer: (position: number) => Var | undefined): Graph => {
    const bound = body.inputs.map((_, i) => {
      const variable = outer(i);
      return variable !== undefined && statics.has(variable) ? variable : null;
    });
    if (bound.every((variable) => variable === null)) return accessMaps(body);
    const key = bound.map((variable) => variable?.id ?? "").join();
    let results = known.get(body);
    if (results === undefined) known.set(body, (results = new Map()));
    let result = results.get(key);
    if (result === undefined) {
      const inner = createStatics();
      bound.forEach((variable, i) => {
        if (variable !== null) inner.bind(at(body.inputs, i), statics, variable);
      });
      result = walk(body, inner);
      results.set(key, result);
    }
    return result;
  };
  if (isOp(equation, "call")) {
    const { map } = equation.params;
    return mapBodies(equation, (body) => enter(body, (i) => (map?.mapped[i] === true ? undefined : inputs[i])));
  }
  if (isOp(equation, "customCall")) return mapBodies(equation, (body) => enter(body, (i) => inputs[i]));
  if (isOp(equation, "linearCall")) return mapBodies(equation, accessMaps);
  if (isOp(equation, "cond")) return mapBodies(equation, (body) => enter(body, (i) => inputs[i + 1]));
  if (isOp(equation, "scan")) {
    const { length, nConst } = equation.params;
    const first = length === null ? 1 : 0;
    return mapBodies(equation, (body) => enter(body, (i) => (i < nConst ? inputs[first + i] : undefined)));
  }
  if (isOp(equation, "while")) {
    const { nCondConst, nConst, cond } = equation.params;
    return mapBodies(equation, (body) =>
      body === cond
        ? enter(body, (i) => (i < nCondConst ? inputs[i] : undefined))
        : enter(body, (i) => (i < nConst ? inputs[nCondConst + i] : undefined)),
    );
  }
  return equation;
}
