import { freshVar, makeEquation } from "../ir/builder.js";
import type { Equation, Graph, Var } from "../ir/types.js";
import { at, hasEffect, isOp, makeGraph, mapBodies, mapKeep, memoised, withEquations } from "./bodies.js";
import { dce } from "./dce.js";
import type { Pass } from "./pass.js";

/**
 * Moves equations of loop bodies and of mapped bodies that are the same at every step out of them; what the rest still
 * reads becomes a constant. Innermost loops first, so that an equation moves as far as it can. What costs nothing inside stays:
 * filled arrays, index arrays, repeated scalars, and reads at other places (slices, reversals, transposed axes). What has a
 * `check` or makes a History stays.
 */
export const hoist: (graph: Graph) => Graph = memoised((graph) => {
  const equations: Equation[] = [];
  for (const original of graph.equations) {
    const equation = mapBodies(original, hoist);
    const { outside, inside } = hoistFrom(equation);
    equations.push(...outside, inside);
  }
  const moved = withEquations(graph, equations, graph.outputs);
  return moved === graph ? graph : dce(moved);
});

/** The pass of `hoist`. */
export const hoistPass: Pass = {
  name: "hoist",
  description: "moves what is the same at every step out of loops",
  run: hoist,
};

interface Hoisted {
  readonly outside: readonly Equation[];
  readonly inside: Equation;
}

function hoistFrom(equation: Equation): Hoisted {
  if (isOp(equation, "scan")) {
    const { length, nConst, body } = equation.params;
    const first = length === null ? 1 : 0;
    const invariant = body.inputs.map((_, i) => i < nConst);
    const split = splitBody(body, invariant, equation.inputs.slice(first), length !== null && length > 0);
    if (split === null) return { outside: [], inside: equation };
    const inside = makeEquation(
      "scan",
      {
        ...equation.params,
        nConst: nConst + split.consts.length,
        body: insertInputs(split.body, nConst, split.inner),
        keep: mapKeep(equation.params.keep, (inverse) => insertInputs(inverse, nConst, split.inner.map(twin))),
      },
      insert(equation.inputs, first + nConst, split.consts),
      equation.outputs,
    );
    return { outside: split.outside, inside };
  }
  if (isOp(equation, "while")) {
    const { nCondConst, nConst, body } = equation.params;
    const invariant = body.inputs.map((_, i) => i < nConst);
    const split = splitBody(body, invariant, equation.inputs.slice(nCondConst), false);
    if (split === null) return { outside: [], inside: equation };
    const inside = makeEquation(
      "while",
      {
        ...equation.params,
        nConst: nConst + split.consts.length,
        body: insertInputs(split.body, nConst, split.inner),
        keep: mapKeep(equation.params.keep, (inverse) => insertInputs(inverse, nConst, split.inner.map(twin))),
      },
      insert(equation.inputs, nCondConst + nConst, split.consts),
      equation.outputs,
    );
    return { outside: split.outside, inside };
  }
  if (isOp(equation, "call") && equation.params.map !== null) {
    const { body, map } = equation.params;
    const invariant = map.mapped.map((flag) => !flag);
    const split = splitBody(body, invariant, equation.inputs, map.size > 0);
    if (split === null) return { outside: [], inside: equation };
    const inside = makeEquation(
      "call",
      {
        body: insertInputs(split.body, body.inputs.length, split.inner),
        map: { size: map.size, mapped: [...map.mapped, ...split.inner.map(() => false)] },
      },
      [...equation.inputs, ...split.consts],
      equation.outputs,
    );
    return { outside: split.outside, inside };
  }
  return { outside: [], inside: equation };
}

interface Split {
  /** Copies of the moved equations. */
  readonly outside: readonly Equation[];
  /** Values of moved equations that the body reads, outside and inside. */
  readonly consts: readonly Var[];
  readonly inner: readonly Var[];
  /** What stays, not yet with the new inputs. */
  readonly body: Graph;
}

/** Takes the invariant part out of a body; null if there is nothing worth it. */
function splitBody(
  body: Graph,
  invariantInputs: readonly boolean[],
  operands: readonly Var[],
  runs: boolean,
): Split | null {
  const invariant = new Set<Var>(body.inputs.filter((_, i) => invariantInputs[i]));
  const candidates: Equation[] = [];
  for (const equation of body.equations) {
    if (!equation.inputs.every((input) => invariant.has(input)) || !mayMove(equation, runs)) continue;
    for (const output of equation.outputs) invariant.add(output);
    candidates.push(equation);
  }
  const moving = candidates.filter((equation) => !isCheap(equation));
  if (moving.length === 0) return null;

  // What moves takes copies of the cheap things that it reads along; a copy stays inside for what stays.
  const needed = new Set<Equation>(moving);
  const maker = new Map<Var, Equation>();
  for (const equation of candidates) for (const output of equation.outputs) maker.set(output, equation);
  for (let i = candidates.length - 1; i >= 0; i--) {
    const equation = at(candidates, i);
    if (!needed.has(equation)) continue;
    for (const input of equation.inputs) {
      const source = maker.get(input);
      if (source !== undefined) needed.add(source);
    }
  }

  const image = new Map<Var, Var>();
  body.inputs.forEach((input, i) => {
    if (invariantInputs[i] === true) image.set(input, at(operands, i));
  });
  const read = (variable: Var): Var => image.get(variable) ?? variable;
  const outside = candidates
    .filter((equation) => needed.has(equation))
    .map((equation) => {
      const outputs = equation.outputs.map((output) => freshVar(output.type));
      const copy = makeEquation(equation.op, equation.params, equation.inputs.map(read), outputs);
      equation.outputs.forEach((output, k) => image.set(output, at(outputs, k)));
      return copy;
    });

  const moved = new Set(moving);
  const staying = body.equations.filter((equation) => !moved.has(equation));
  const stayingReads = new Set<Var>(body.outputs);
  // A cheap equation whose readers have all moved is not read any more, and must not hold on to what it reads.
  const kept: Equation[] = [];
  for (let i = staying.length - 1; i >= 0; i--) {
    const equation = at(staying, i);
    if (!equation.outputs.some((output) => stayingReads.has(output)) && !hasEffect(equation)) continue;
    kept.push(equation);
    for (const input of equation.inputs) stayingReads.add(input);
  }
  const crossing = moving.flatMap(({ outputs }) => outputs.filter((output) => stayingReads.has(output)));
  return {
    outside,
    consts: crossing.map(read),
    inner: crossing,
    body: makeGraph(body.inputs, kept.reverse(), body.outputs),
  };
}

function mayMove(equation: Equation, runs: boolean): boolean {
  if (hasEffect(equation) || equation.outputs.some(({ type }) => type.kind !== "array")) return false;
  // A loop that would not run at all must not be started outside: it might not end.
  return runs || !containsWhile(equation);
}

function containsWhile(equation: Equation): boolean {
  if (isOp(equation, "while")) return true;
  const inside = (graph: Graph): boolean => graph.equations.some(containsWhile);
  if (isOp(equation, "scan")) return inside(equation.params.body);
  if (isOp(equation, "call") || isOp(equation, "customCall")) return inside(equation.params.body);
  if (isOp(equation, "linearCall")) return equation.params.forward !== null && inside(equation.params.forward);
  return isOp(equation, "cond") && equation.params.branches.some(inside);
}

/** Whether an equation costs as much inside as a read of its value would. */
function isCheap(equation: Equation): boolean {
  switch (equation.op) {
    case "literal":
    case "iota":
    case "transpose":
    case "broadcast":
    case "slice":
    case "reverse":
      return true;
    case "view":
      return isOp(equation, "view") && isPlainView(equation);
    default:
      return false;
  }
}

/** Whether a view reads one source everywhere: another place of an array, no border. */
function isPlainView(view: Equation<"view">): boolean {
  const [piece, ...others] = view.params.pieces;
  return (
    piece !== undefined &&
    others.length === 0 &&
    piece.box.every(([low, high], axis) => low === 0 && high === view.params.shape[axis])
  );
}

function insertInputs(graph: Graph, position: number, inputs: readonly Var[]): Graph {
  return makeGraph(insert(graph.inputs, position, inputs), graph.equations, graph.outputs);
}

function insert(items: readonly Var[], position: number, added: readonly Var[]): Var[] {
  return [...items.slice(0, position), ...added, ...items.slice(position)];
}

function twin(variable: Var): Var {
  return freshVar(variable.type);
}
