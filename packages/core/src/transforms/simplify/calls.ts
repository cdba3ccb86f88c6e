import { freshVar, makeEquation } from "../../ir/builder.js";
import type { Equation, Graph, Var } from "../../ir/types.js";
import { at, bodiesOf, isOp, makeGraph, sameItems } from "../bodies.js";
import { bodyId } from "../keys.js";
import type { Context } from "./context.js";

/** A call of a body no larger than this costs less inline: the operands alone are as many. */
const inlineLimit = 8;

/**
 * Inlines a call that is the only one of its body, or of a small body, or that Histories cross (a strategy can be chosen
 * only where a recorded loop and its reader stand side by side). Outputs that the body only passes on are taken from outside.
 */
export function simplifyCall(call: Equation<"call">, c: Context, uses: number): readonly Var[] | null {
  const { body, map } = call.params;
  if (map === null) {
    const crossed = [...body.inputs, ...body.outputs].some(({ type }) => type.kind !== "array");
    if (crossed || uses <= 1 || sizeOfGraph(body) <= inlineLimit) return c.inline(body, call.inputs);
  }
  const literalsMoved = map === null ? null : moveLiteralsIn(call, c);
  if (literalsMoved !== null) {
    c.push(literalsMoved);
    return literalsMoved.outputs;
  }
  const stands = call.outputs.map((output, k) => passedOn(call, k, c) ?? output);
  if (sameItems(stands, call.outputs)) return null;
  c.push(call);
  return stands;
}

/** Inlines the branch that is known to run; merges operands; takes what both branches pass on from outside. */
export function simplifyCond(cond: Equation<"cond">, c: Context): readonly Var[] | null {
  const [yes, no] = cond.params.branches;
  const predicate = at(cond.inputs, 0);
  const operands = cond.inputs.slice(1);
  const decided = c.literalOf(predicate);
  if (decided !== null) return c.inline(decided !== 0 ? yes : no, operands);
  if (bodyId(yes) === bodyId(no)) return c.inline(yes, operands);
  const inverted = c.as(predicate, "not");
  if (inverted !== undefined) {
    const swapped = makeEquation("cond", { branches: [no, yes] }, [at(inverted.inputs, 0), ...operands], cond.outputs);
    c.push(swapped);
    return swapped.outputs;
  }
  const fewer = moveOperandsIn(cond, c);
  if (fewer !== null) {
    c.push(fewer);
    return fewer.outputs;
  }
  const stands = cond.outputs.map((output, k) => {
    const [a, b] = [known(yes, operands, k, c), known(no, operands, k, c)];
    return a !== null && a === b ? a : (twinOutput(cond, k) ?? output);
  });
  if (sameItems(stands, cond.outputs)) return null;
  c.push(cond);
  return stands;
}

/** What an output of a body is outside, if it is an operand or a literal. */
function known(body: Graph, operands: readonly Var[], output: number, c: Context): Var | null {
  const { input, literal } = at(outputOrigins(body), output);
  if (input !== -1) return at(operands, input);
  return literal === null ? null : c.literal(literal.params.type, literal.params.value);
}

/** Where an output of a body comes from. */
interface OutputOrigin {
  /** The input that it is, or -1. */
  readonly input: number;
  readonly literal: Equation<"literal"> | null;
  /** The first output that is the same. */
  readonly twin: number;
}

const originsMemo = new WeakMap<Graph, readonly OutputOrigin[]>();

/** Of each output, found in one walk: a network has hundreds of them, and thousands of equations. */
function outputOrigins(body: Graph): readonly OutputOrigin[] {
  const known = originsMemo.get(body);
  if (known !== undefined) return known;
  const inputs = new Map<Var, number>();
  body.inputs.forEach((input, i) => inputs.set(input, i));
  const literals = new Map<Var, Equation<"literal">>();
  for (const equation of body.equations) if (isOp(equation, "literal")) literals.set(at(equation.outputs, 0), equation);
  const firsts = new Map<Var, number>();
  const origins = body.outputs.map((output, i): OutputOrigin => {
    const twin = firsts.get(output) ?? i;
    firsts.set(output, twin);
    return { input: inputs.get(output) ?? -1, literal: literals.get(output) ?? null, twin };
  });
  originsMemo.set(body, origins);
  return origins;
}

function twinOutput(cond: Equation<"cond">, output: number): Var | null {
  const [yes, no] = cond.params.branches;
  const twin = yes.outputs.findIndex(
    (other, k) => other === yes.outputs[output] && no.outputs[k] === no.outputs[output],
  );
  return twin < output ? at(cond.outputs, twin) : null;
}

function passedOn(call: Equation<"call">, output: number, c: Context): Var | null {
  const { body, map } = call.params;
  const { twin, input: operand } = at(outputOrigins(body), output);
  if (twin < output) return at(call.outputs, twin);
  const { type } = at(call.outputs, output);
  if (type.kind !== "array") return null;
  if (operand !== -1 && (map === null || map.mapped[operand] === true)) return at(call.inputs, operand);
  const stand = known(body, call.inputs, output, c);
  if (stand === null || map === null) return stand;
  return c.one("broadcast", { shape: type.shape, axes: type.shape.slice(1).map((_, i) => i + 1) }, [stand]);
}

/** Operands of a mapped call that are filled arrays are made inside. */
function moveLiteralsIn(call: Equation<"call">, c: Context): Equation<"call"> | null {
  const { body, map } = call.params;
  const values = call.inputs.map((input) => c.literalOf(input));
  if (map === null || values.every((value) => value === null)) return null;
  const prelude = body.inputs.flatMap((input, i) => {
    const value = values[i] ?? null;
    return value === null || input.type.kind !== "array"
      ? []
      : [makeEquation("literal", { type: input.type, value }, [], [input])];
  });
  const stays = values.map((value) => value === null);
  return makeEquation(
    "call",
    {
      body: makeGraph(
        body.inputs.filter((_, i) => stays[i]),
        [...prelude, ...body.equations],
        body.outputs,
      ),
      map: { size: map.size, mapped: map.mapped.filter((_, i) => stays[i]) },
    },
    call.inputs.filter((_, i) => stays[i]),
    call.outputs,
  );
}

/** Operands of a condition that are literals are made in its branches, those given twice are given once. */
function moveOperandsIn(cond: Equation<"cond">, c: Context): Equation<"cond"> | null {
  const operands = cond.inputs.slice(1);
  const stays = operands.map((operand, i) => c.literalOf(operand) === null && operands.indexOf(operand) === i);
  if (stays.every((flag) => flag)) return null;
  const change = (branch: Graph): Graph => {
    const inputs = branch.inputs.map((input) => freshVar(input.type));
    const prelude = inputs.flatMap((input, i) => {
      const value = c.literalOf(at(operands, i));
      return value === null || input.type.kind !== "array"
        ? []
        : [makeEquation("literal", { type: input.type, value }, [], [input])];
    });
    const image = new Map<Var, Var>();
    branch.inputs.forEach((input, i) => {
      const first = c.literalOf(at(operands, i)) === null ? operands.indexOf(at(operands, i)) : i;
      image.set(input, at(inputs, first));
    });
    const read = (variable: Var): Var => image.get(variable) ?? variable;
    const equations = branch.equations.map(({ op, params, inputs: reads, outputs }) =>
      makeEquation(op, params, reads.map(read), outputs),
    );
    return makeGraph(
      inputs.filter((_, i) => stays[i]),
      [...prelude, ...equations],
      branch.outputs.map(read),
    );
  };
  const branches = [change(cond.params.branches[0]), change(cond.params.branches[1])] as const;
  return makeEquation("cond", { branches }, [at(cond.inputs, 0), ...operands.filter((_, i) => stays[i])], cond.outputs);
}

const sizeMemo = new WeakMap<Graph, number>();

/** Number of equations, those of bodies included. */
function sizeOfGraph(graph: Graph): number {
  let size = sizeMemo.get(graph);
  if (size === undefined) {
    size = graph.equations.reduce(
      (sum, equation) => sum + 1 + bodiesOf(equation).reduce((inner, body) => inner + sizeOfGraph(body), 0),
      0,
    );
    sizeMemo.set(graph, size);
  }
  return size;
}
