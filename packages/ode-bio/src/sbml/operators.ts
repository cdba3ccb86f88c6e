import type { Operator, Trigonometric } from "../math/expression.js";

const trigonometric = ["", "arc"].flatMap((arc) =>
  ["sin", "cos", "tan", "sec", "csc", "cot"].flatMap((name) =>
    ["", "h"].map((h) => `${arc}${name}${h}` as Trigonometric),
  ),
);

/** Operators that take any number of arguments. */
const nAry: readonly Operator[] = ["plus", "times", "and", "or", "xor"];

/** Least and most arguments of an operator; degree of root and base of log are not counted. */
export function arityOf(op: Operator): { readonly least: number; readonly most: number } {
  if (nAry.includes(op)) return { least: 0, most: Infinity };
  switch (op) {
    case "min":
    case "max":
      return { least: 1, most: Infinity };
    case "eq":
    case "gt":
    case "lt":
    case "geq":
    case "leq":
      return { least: 1, most: Infinity };
    case "minus":
      return { least: 1, most: 2 };
    case "neq":
    case "divide":
    case "power":
    case "quotient":
    case "rem":
    case "implies":
      return { least: 2, most: 2 };
    default:
      return { least: 1, most: 1 };
  }
}

/** Operators of MathML as SBML takes it, by their names. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  (
    [
      ...nAry,
      ...["minus", "divide", "power", "root", "abs", "exp", "ln", "log", "floor", "ceiling", "factorial"],
      ...["quotient", "rem", "min", "max", "eq", "neq", "gt", "lt", "geq", "leq", "not", "implies"],
      ...trigonometric,
    ] as Operator[]
  ).map((op) => [op, op]),
);
