import type { BinaryName, LogicName, OpName, ShiftName, UnaryName } from "../../ir/types.js";
import { filled, type SparsityRule, type SparsityRules } from "./rule.js";
import { nothing, union, type Dependence } from "./sets.js";

type ElementName =
  | UnaryName
  | BinaryName
  | LogicName
  | ShiftName
  | "literal"
  | "iota"
  | "not"
  | "isFinite"
  | "compare"
  | "select"
  | "convert"
  | "historyAdd";

/** Each element depends on what the operands' elements there do. */
export const elementwise: SparsityRule<OpName> = (_, __, inputs) => {
  const [first, ...others] = inputs.map((input) => input.dependence);
  if (first === undefined) return [[]];
  return [
    others.length === 0 ? first : first.map((set, i) => others.reduce((all, other) => union(all, other[i]!), set)),
  ];
};

/** What has derivative 0 wherever it has one. */
const constant: SparsityRule<OpName> = (context, equation, inputs) =>
  context.values ? elementwise(context, equation, inputs) : equation.outputs.map((output) => filled(output, nothing));

/** Dependence of what is computed element by element. Outputs that are no floats have lost theirs before. */
export const elementRules: SparsityRules<ElementName> = {
  neg: elementwise,
  abs: elementwise,
  sign: constant,
  floor: constant,
  ceil: constant,
  round: constant,
  sqrt: elementwise,
  exp: elementwise,
  expm1: elementwise,
  log: elementwise,
  log1p: elementwise,
  sin: elementwise,
  cos: elementwise,
  tan: elementwise,
  atan: elementwise,
  tanh: elementwise,
  add: elementwise,
  sub: elementwise,
  // a known 0 makes the product independent of the other factor
  mul: (_, __, [a, b]) => {
    const isZero = (input: typeof a, i: number): boolean => input?.value?.data[i] === 0;
    return [
      a!.dependence.map((set, i): Dependence =>
        isZero(a, i) || isZero(b, i) ? nothing : union(set, b!.dependence[i]!),
      ),
    ];
  },
  div: elementwise,
  pow: elementwise,
  max: elementwise,
  min: elementwise,
  and: constant,
  or: constant,
  xor: constant,
  shiftLeft: constant,
  shiftRight: constant,
  literal: constant,
  iota: constant,
  not: constant,
  isFinite: constant,
  compare: constant,
  select: (context, equation, inputs) => {
    const [predicate, whereTrue, whereFalse] = inputs;
    const chosen = predicate!.value;
    if (chosen !== null)
      return [Array.from(chosen.data, (one, i) => (one === 1 ? whereTrue! : whereFalse!).dependence[i]!)];
    return elementwise(context, equation, context.values ? inputs : inputs.slice(1));
  },
  convert: elementwise,
  historyAdd: elementwise,
};
