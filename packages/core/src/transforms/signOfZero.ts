import type { Equation, Graph, Var } from "../ir/types.js";
import { at, isOp } from "./bodies.js";
import { intersect, isEmpty, type Box } from "./views/boxes.js";

/** What an element may be. NaN and all numbers but zeros are `other`. */
interface May {
  readonly plusZero: boolean;
  readonly minusZero: boolean;
  readonly other: boolean;
  /** The value, where it is known. */
  readonly value?: number;
}

const anything: May = { plusZero: true, minusZero: true, other: true };

/**
 * Whether a Graph gives the same bits whether a float input holds +0 or -0 in a region: all that reads it there adds it to,
 * or subtracts it from, what cannot be a zero of the sign that would tell. Nothing else may read it, outputs included.
 */
export function ignoresSignOfZero(graph: Graph, input: Var, region: readonly Box[]): boolean {
  if (graph.outputs.includes(input)) return false;
  const makers = new Map<Var, Equation>();
  const memo = new Map<Var, May>();
  const may = (variable: Var): May => {
    let known = memo.get(variable);
    if (known === undefined) {
      const maker = makers.get(variable);
      known = maker === undefined ? anything : elementsOf(maker, region, may);
      memo.set(variable, known);
    }
    return known;
  };
  for (const equation of graph.equations) {
    const [x, y] = equation.inputs;
    if (equation.inputs.includes(input)) {
      if (x === undefined || y === undefined || x === y) return false;
      const other = x === input ? y : x;
      // (+-0) + y and y - (+-0) tell the signs apart for y = -0 alone, (+-0) - y for y = +0 alone.
      const safe =
        equation.op === "add" || (equation.op === "sub" && y === input)
          ? !may(other).minusZero
          : equation.op === "sub" && !may(other).plusZero;
      if (!safe) return false;
    }
    for (const output of equation.outputs) makers.set(output, equation);
  }
  return true;
}

/** What the elements of a region may be, from what the elements of the operands there may be (IEEE 754, to nearest). */
function elementsOf(equation: Equation, region: readonly Box[], may: (variable: Var) => May): May {
  if (isOp(equation, "literal")) return only(equation.params.value);
  if (isOp(equation, "view")) {
    const reached = equation.params.pieces.some(({ box }) => region.some((part) => !isEmpty(intersect(box, part))));
    return reached ? anything : only(0);
  }
  if (equation.op === "neg") {
    const x = may(at(equation.inputs, 0));
    return { plusZero: x.minusZero, minusZero: x.plusZero, other: x.other };
  }
  if (equation.op === "add") {
    const [x, y] = [may(at(equation.inputs, 0)), may(at(equation.inputs, 1))];
    return { ...anything, minusZero: x.minusZero && y.minusZero };
  }
  if (equation.op === "sub") {
    const [x, y] = [may(at(equation.inputs, 0)), may(at(equation.inputs, 1))];
    return { ...anything, minusZero: x.minusZero && y.plusZero };
  }
  if (isOp(equation, "mul")) {
    const [x, y] = [may(at(equation.inputs, 0)), may(at(equation.inputs, 1))];
    if (keepsZeros(y)) return { plusZero: x.plusZero, minusZero: x.minusZero, other: x.other };
    if (keepsZeros(x)) return { plusZero: y.plusZero, minusZero: y.minusZero, other: y.other };
  }
  return anything;
}

/** A factor of at least 1 keeps a zero and its sign, and makes no zero of anything else. */
function keepsZeros({ value }: May): boolean {
  return value !== undefined && value >= 1 && value < Infinity;
}

function only(value: number): May {
  return { plusZero: Object.is(value, 0), minusZero: Object.is(value, -0), other: value !== 0, value };
}
