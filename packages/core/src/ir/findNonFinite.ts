import { present } from "../util/invariant.js";
import { evaluateOp } from "./interpret.js";
import { firstNonFinite } from "./notFinite.js";
import { originOf } from "./origins.js";
import { showType } from "./types.js";
import type { Equation, Graph, OpName, Params, Var } from "./types.js";
import { arrayValue, type ArrayValue, type Value } from "./values.js";

/** Where a value that is not finite came from. */
export interface NonFinite {
  /** "an input", or the op that made it of finite operands. */
  readonly op: string;
  /** Loops, maps and branches around it, outermost first: `step 12 of a scan`. */
  readonly path: readonly string[];
  /** The first such value: NaN, Infinity or -Infinity, and its place in the array. */
  readonly value: number;
  readonly index: readonly number[];
  /** The operands at that place or, if they have other shapes, as types. */
  readonly operands: readonly string[];
  /** Line of the user's code, where it was recorded. */
  readonly origin: string | null;
  /** Number of the input of the whole Graph, if it is one. */
  readonly input: number | null;
}

/**
 * Finds where the first value that is not finite among the outputs of a Graph came from, by evaluating it slowly: from an output back to
 * the operand that is not finite either, into the first step of a loop that turned bad, until an op makes it of finite operands.
 * Bodies are evaluated several times: the Graph must have no effects.
 *
 * @returns null where all float outputs are finite.
 */
export function findNonFinite(graph: Graph, inputs: readonly Value[]): NonFinite | null {
  return search(graph, inputs, []);
}

function search(graph: Graph, inputs: readonly Value[], path: readonly string[]): NonFinite | null {
  const values = new Map<Var, Value>();
  const makers = new Map<Var, Equation>();
  graph.inputs.forEach((input, i) => values.set(input, inputs[i] as Value));
  const read = (variable: Var): Value => present(values.get(variable), "value");
  for (const equation of graph.equations) {
    const results = evaluateOp<OpName>(equation.op, equation.params, equation.inputs.map(read));
    equation.outputs.forEach((output, i) => {
      values.set(output, results[i] as Value);
      makers.set(output, equation);
    });
  }
  const isBad = (variable: Var): boolean => firstNonFinite(read(variable)) !== null;
  let bad = graph.outputs.find(isBad);
  while (bad !== undefined) {
    const maker = makers.get(bad);
    const { index, value } = present(firstNonFinite(read(bad)) ?? undefined, "value that is not finite");
    if (maker === undefined) {
      const input = graph.inputs.indexOf(bad);
      return { op: "an input", path, value, index, operands: [], origin: null, input };
    }
    const before: Var | undefined = maker.inputs.find(isBad);
    if (before === undefined) {
      const inside = descend(maker, maker.inputs.map(read), path);
      if (inside !== null) return inside;
      const operands = maker.inputs.map((input) => shown(read(input), index, input));
      return { op: maker.op, path, value, index, operands, origin: originOf(maker.outputs), input: null };
    }
    bad = before;
  }
  return null;
}

/** Looks into what has bodies. */
function descend(equation: Equation, inputs: readonly Value[], path: readonly string[]): NonFinite | null {
  switch (equation.op) {
    case "call": {
      const { body, map } = equation.params as Params["call"];
      if (map === null) return search(body, inputs, path);
      for (let i = 0; i < map.size; i++) {
        const row = inputs.map((input, k) => (map.mapped[k] === true ? rowOf(input, i) : input));
        const found = search(body, row, [...path, `element ${i} of a map`]);
        if (found !== null) return found;
      }
      return null;
    }
    case "customCall":
      return search((equation.params as Params["customCall"]).body, inputs, path);
    case "linearCall": {
      const { forward } = equation.params as Params["linearCall"];
      return forward === null ? null : search(forward, inputs, path);
    }
    case "cond": {
      const { branches } = equation.params as Params["cond"];
      return search(numberOf(inputs[0]) !== 0 ? branches[0] : branches[1], inputs.slice(1), path);
    }
    case "scan":
      return inScan(equation.params as Params["scan"], inputs, path);
    case "while":
      return inWhile(equation.params as Params["while"], inputs, path);
    default:
      return null;
  }
}

function inScan(params: Params["scan"], all: readonly Value[], path: readonly string[]): NonFinite | null {
  const { length, reverse, nConst, nCarry, body } = params;
  const trips = length ?? Math.max(0, numberOf(all[0]));
  const inputs = length === null ? all.slice(1) : all;
  const consts = inputs.slice(0, nConst);
  const xs = inputs.slice(nConst + nCarry);
  let carry = inputs.slice(nConst, nConst + nCarry);
  for (let k = 0; k < trips; k++) {
    const step = reverse ? trips - 1 - k : k;
    const given = [...consts, ...carry, ...xs.map((x) => entryOf(x, step))];
    const found = search(body, given, [...path, `step ${step} of a scan${reverse ? " that runs backwards" : ""}`]);
    if (found !== null) return found;
    carry = runBody(body, given).slice(0, nCarry);
  }
  return null;
}

function inWhile(params: Params["while"], inputs: readonly Value[], path: readonly string[]): NonFinite | null {
  const { nCondConst, nConst, cond, body, nCarry } = params;
  const condConsts = inputs.slice(0, nCondConst);
  const consts = inputs.slice(nCondConst, nCondConst + nConst);
  let carry = inputs.slice(nCondConst + nConst);
  for (let step = 0; numberOf(runBody(cond, [...condConsts, ...carry])[0]) !== 0; step++) {
    const given = [...consts, ...carry];
    const found = search(body, given, [...path, `step ${step} of a while loop`]);
    if (found !== null) return found;
    carry = runBody(body, given).slice(0, nCarry);
  }
  return null;
}

function runBody(body: Graph, inputs: readonly Value[]): readonly Value[] {
  return evaluateOp("call", { body, map: null }, inputs);
}

function entryOf(x: Value, step: number): Value {
  return x.kind === "history" ? (x.entries[step] as ArrayValue) : rowOf(x, step);
}

function rowOf(value: Value, i: number): Value {
  if (value.kind === "ragged") return value.rows[i] as Value;
  if (value.kind === "history") return value;
  const shape = value.shape.slice(1);
  const size = shape.reduce((product, extent) => product * extent, 1);
  return arrayValue(value.dtype, shape, value.data.slice(i * size, (i + 1) * size));
}

function numberOf(value: Value | undefined): number {
  return value?.kind === "array" ? (value.data[0] as number) : 0;
}

/** An operand: its number at the index if it has the shape, else its type. */
function shown(value: Value, index: readonly number[], variable: Var): string {
  if (value.kind !== "array") return showType(variable.type);
  const flat = value.shape.reduce((sum, extent, axis) => sum * extent + (index[axis] ?? 0), 0);
  return value.shape.length === index.length && flat < value.data.length
    ? String(value.data[flat])
    : showType(variable.type);
}
