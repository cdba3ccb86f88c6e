import { asTensor } from "../operands.js";
import * as np from "../np/index.js";
import type { Tensor, TensorLike } from "../tensor.js";
import { parseFormula, type Formula, type Names, type Operator } from "./parse.js";

const parsed = new WeakMap<TemplateStringsArray, Formula>();

/**
 * A formula with the precedence of mathematics, over interpolated tensors and numbers: `+ - * / % @ **`, comparisons, parentheses,
 * numbers, `pi`, `e`, and functions of `np` by name. It is parsed once for each place in the code.
 *
 * @example
 * math`2*${a} - ${b}**2 / (1 + exp(-${x}))`
 *
 * @throws ArgumentError that shows the place where the text is no formula.
 */
export function math(strings: TemplateStringsArray, ...values: readonly TensorLike[]): Tensor {
  let formula = parsed.get(strings);
  if (formula === undefined) {
    formula = parseFormula(strings, names);
    parsed.set(strings, formula);
  }
  return asTensor(evaluate(formula, values), "the value of a math template");
}

type Apply = (...args: readonly TensorLike[]) => TensorLike;

/** Functions by their number of arguments: least and most. */
const functions: { readonly [name: string]: readonly [least: number, most: number, apply: Apply] } = {
  ...ofOne({
    abs: np.abs,
    sign: np.sign,
    floor: np.floor,
    ceil: np.ceil,
    round: np.round,
    sqrt: np.sqrt,
    square: np.square,
    exp: np.exp,
    expm1: np.expm1,
    log: np.log,
    log1p: np.log1p,
    log2: np.log2,
    log10: np.log10,
    sin: np.sin,
    cos: np.cos,
    tan: np.tan,
    arcsin: np.arcsin,
    arccos: np.arccos,
    arctan: np.arctan,
    sinh: np.sinh,
    cosh: np.cosh,
    tanh: np.tanh,
    sigmoid: np.sigmoid,
    isnan: np.isnan,
    isfinite: np.isfinite,
    logicalNot: np.logicalNot,
    sum: (x) => np.sum(x),
    mean: (x) => np.mean(x),
    max: (x) => np.max(x),
    min: (x) => np.min(x),
    norm: (x) => np.norm(x),
  }),
  ...ofTwo({
    arctan2: np.arctan2,
    maximum: np.maximum,
    minimum: np.minimum,
    power: np.power,
    mod: np.mod,
    dot: np.dot,
    matmul: np.matmul,
    outer: np.outer,
    logicalAnd: np.logicalAnd,
    logicalOr: np.logicalOr,
  }),
  where: [3, 3, (...args) => np.where(args[0] as TensorLike, args[1] as TensorLike, args[2] as TensorLike)],
  clip: [3, 3, (...args) => np.clip(args[0] as TensorLike, args[1] as TensorLike, args[2] as TensorLike)],
};

const constants: { readonly [name: string]: number } = { pi: Math.PI, e: Math.E };

const names: Names = {
  arity: (name) => (Object.hasOwn(functions, name) ? [functions[name]?.[0] ?? 0, functions[name]?.[1] ?? 0] : null),
  isConstant: (name) => Object.hasOwn(constants, name),
  all: Object.keys(functions),
};

const operations: { readonly [K in Operator]: (a: TensorLike, b: TensorLike) => Tensor } = {
  "+": np.add,
  "-": np.subtract,
  "*": np.multiply,
  "/": np.divide,
  "%": np.mod,
  "@": np.matmul,
  "**": np.power,
  "<": np.less,
  "<=": np.lessEqual,
  ">": np.greater,
  ">=": np.greaterEqual,
  "==": np.equal,
  "!=": np.notEqual,
};

/** Numbers among themselves stay JavaScript numbers, so that `1/3*x` has the dtype of x. */
const ofNumbers: { readonly [K in Operator]?: (a: number, b: number) => number } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a - b * Math.floor(a / b),
};

function evaluate(formula: Formula, values: readonly TensorLike[]): TensorLike {
  switch (formula.kind) {
    case "number":
      return formula.value;
    case "hole":
      return values[formula.index] as TensorLike;
    case "constant":
      return constants[formula.name] as number;
    case "negative": {
      const operand = evaluate(formula.operand, values);
      return typeof operand === "number" ? -operand : np.negative(operand);
    }
    case "operation": {
      const left = evaluate(formula.left, values);
      const right = evaluate(formula.right, values);
      const fold = ofNumbers[formula.operator];
      if (fold !== undefined && typeof left === "number" && typeof right === "number") return fold(left, right);
      return operations[formula.operator](left, right);
    }
    case "application": {
      const [, , apply] = functions[formula.name] as readonly [number, number, Apply];
      return apply(...formula.args.map((arg) => evaluate(arg, values)));
    }
  }
}

function ofOne(table: { readonly [name: string]: (x: TensorLike) => Tensor }): {
  readonly [name: string]: readonly [number, number, Apply];
} {
  return Object.fromEntries(
    Object.entries(table).map(([name, apply]) => [name, [1, 1, (...args) => apply(args[0] as TensorLike)]]),
  );
}

function ofTwo(table: { readonly [name: string]: (a: TensorLike, b: TensorLike) => Tensor }): {
  readonly [name: string]: readonly [number, number, Apply];
} {
  return Object.fromEntries(
    Object.entries(table).map(([name, apply]) => [
      name,
      [2, 2, (...args) => apply(args[0] as TensorLike, args[1] as TensorLike)],
    ]),
  );
}
