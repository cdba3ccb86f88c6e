import type { Graph, Type, Var } from "../ir/types.js";
import { showType } from "../ir/types.js";
import { at, isOp } from "./bodies.js";
import { paramsKey } from "./keys.js";
import type { Equation } from "../ir/types.js";

/** Gives equal numbers to variables that must have equal values. */
export interface Numbering {
  /** Number of something known from outside by name. */
  leaf(name: string): number;
  /** Numbers of all variables of a Graph, from those of its inputs. */
  graph(graph: Graph, inputs: readonly number[]): ReadonlyMap<Var, number>;
}

/** A Numbering; numbers are comparable within one of them. */
export function createNumbering(): Numbering {
  const numbers = new Map<string, number>();
  function leaf(name: string): number {
    let number = numbers.get(name);
    if (number === undefined) numbers.set(name, (number = numbers.size));
    return number;
  }
  return {
    leaf,
    graph(graph, inputs) {
      const image = new Map<Var, number>();
      graph.inputs.forEach((input, i) => image.set(input, at(inputs, i)));
      for (const equation of graph.equations) {
        const key = equationKey(equation, (input) => image.get(input) ?? -1);
        equation.outputs.forEach((output, k) => image.set(output, leaf(k === 0 ? key : `${key}#${k}`)));
      }
      return image;
    },
  };
}

/** A key that is equal for equations that compute the same, given numbers of their inputs. */
export function equationKey(equation: Equation, numberOf: (input: Var) => number): string {
  const inputs = equation.inputs.map(numberOf);
  if (isCommutative(equation)) inputs.sort((a, b) => a - b);
  return `${equation.op}(${inputs.join(",")})${paramsKey(equation)}`;
}

/** One carry of a loop, as `carryClasses` needs it. */
export interface CarryOf {
  readonly init: Var;
  readonly type: Type;
}

/**
 * Puts carries that are equal at every step into one class: they start from one variable, and their next values are equal
 * if carries of one class are. The coarsest such partition, by refinement.
 *
 * @param nextNumbers - Numbers of the next values, given a number for each carry.
 * @returns For each carry the number of its class.
 */
export function carryClasses(
  carries: readonly CarryOf[],
  numbering: Numbering,
  nextNumbers: (carryNumbers: readonly number[]) => readonly number[],
): readonly number[] {
  let { classes, count } = group(carries.map(({ init, type }) => `${init.id}:${showType(type)}`));
  while (count < carries.length) {
    const next = nextNumbers(classes.map((k) => numbering.leaf(`carry ${k} of ${count}`)));
    const refined = group(classes.map((k, i) => `${k}:${at(next, i)}`));
    if (refined.count === count) break;
    ({ classes, count } = refined);
  }
  return classes;
}

function group(keys: readonly string[]): { readonly classes: readonly number[]; readonly count: number } {
  const found = new Map<string, number>();
  const classes = keys.map((key) => {
    let k = found.get(key);
    if (k === undefined) found.set(key, (k = found.size));
    return k;
  });
  return { classes, count: found.size };
}

function isCommutative(equation: Equation): boolean {
  switch (equation.op) {
    case "add":
    case "mul":
    case "max":
    case "min":
    case "and":
    case "or":
    case "xor":
      return true;
    default:
      return isOp(equation, "compare") && (equation.params.relation === "eq" || equation.params.relation === "ne");
  }
}
