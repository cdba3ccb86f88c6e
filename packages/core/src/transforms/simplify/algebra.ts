import { arrayTypeOf } from "../../ir/builder.js";
import { evaluateOp } from "../../ir/interpret.js";
import { scalarValue } from "../../ir/values.js";
import type { ArrayType, Equation, OpName, Relation, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import { isFloat } from "../../util/dtype.js";
import { at } from "../bodies.js";
import type { Context } from "./context.js";

/** Rewrites an equation of one op into a variable; null: no rule applies. */
export type Rule<K extends OpName> = (equation: Equation<K>, c: Context) => Var | null;

/**
 * Algebra that holds for every value to the bit, signs of zero included. So `x + 0`, `x * 0`, `x - x` and `-(x - y)` stay
 * for floats. A sign moves outwards through products and quotients, where sums can absorb it.
 */
export const algebraRules: { readonly [K in OpName]?: Rule<K> } = {
  neg(e, c) {
    const inner = c.as(at(e.inputs, 0), "neg");
    return inner === undefined ? null : at(inner.inputs, 0);
  },
  abs(e, c) {
    const x = at(e.inputs, 0);
    if (c.as(x, "abs") !== undefined) return x;
    const negated = floatNegated(x, c);
    return negated === null ? null : c.one("abs", {}, [negated]);
  },
  add(e, c) {
    const [x, y] = pair(e);
    if (isNeutral(y, -0, 0, c)) return x;
    if (isNeutral(x, -0, 0, c)) return y;
    const subtrahend = negated(y, c);
    if (subtrahend !== null) return c.one("sub", {}, [x, subtrahend]);
    const other = negated(x, c);
    return other === null ? literalLast(e, c) : c.one("sub", {}, [y, other]);
  },
  sub(e, c) {
    const [x, y] = pair(e);
    const type = arrayTypeOf(x);
    if (isNeutral(y, 0, 0, c)) return x;
    if (isNeutral(x, -0, 0, c)) return c.one("neg", {}, [y]);
    if (x === y && !isFloat(type.dtype)) return c.literal(type, 0);
    const addend = negated(y, c);
    return addend === null ? null : c.one("add", {}, [x, addend]);
  },
  mul(e, c) {
    const [x, y] = pair(e);
    const type = arrayTypeOf(x);
    for (const [a, b] of [
      [x, y],
      [y, x],
    ] as const) {
      const value = c.literalOf(b);
      if (value === 1) return a;
      if (value === -1 && type.dtype !== "uint32") return c.one("neg", {}, [a]);
      if (value === 0 && !isFloat(type.dtype)) return c.literal(type, 0);
    }
    return signOutwards(e, c) ?? literalLast(e, c);
  },
  div(e, c) {
    const [x, y] = pair(e);
    const type = arrayTypeOf(x);
    const divisor = c.literalOf(y);
    if (divisor === 1) return x;
    if (divisor === -1) return c.one("neg", {}, [x]);
    if (divisor !== null && hasExactReciprocal(divisor, type)) {
      return c.one("mul", {}, [x, c.literal(type, 1 / divisor)]);
    }
    return signOutwards(e, c);
  },
  max: (e) => same(e),
  min: (e) => same(e),
  and(e, c) {
    return same(e) ?? absorbed(e, 1, c);
  },
  or(e, c) {
    return same(e) ?? absorbed(e, 0, c);
  },
  xor(e, c) {
    const [x, y] = pair(e);
    if (x === y) return c.literal(arrayTypeOf(x), 0);
    if (c.literalOf(y) === 0) return x;
    return c.literalOf(x) === 0 ? y : null;
  },
  not(e, c) {
    const x = at(e.inputs, 0);
    const inner = c.as(x, "not");
    if (inner !== undefined) return at(inner.inputs, 0);
    const compare = c.as(x, "compare");
    if (compare === undefined) return null;
    const { relation } = compare.params;
    // Of two floats neither `<` nor `>=` holds where one is NaN; `==` and `!=` are opposites always.
    const reversible = relation === "eq" || relation === "ne" || !isFloat(arrayTypeOf(at(compare.inputs, 0)).dtype);
    return reversible ? c.one("compare", { relation: opposite[relation] }, compare.inputs) : null;
  },
  compare(e, c) {
    const [x, y] = pair(e);
    if (x !== y || isFloat(arrayTypeOf(x).dtype)) return null;
    const { relation } = e.params;
    const holds = relation === "eq" || relation === "le" || relation === "ge";
    return c.literal(arrayType("bool", arrayTypeOf(x).shape), holds ? 1 : 0);
  },
  select(e, c) {
    const [condition, a, b] = [at(e.inputs, 0), at(e.inputs, 1), at(e.inputs, 2)];
    if (a === b) return a;
    const decided = c.literalOf(condition);
    if (decided !== null) return decided !== 0 ? a : b;
    const inverted = c.as(condition, "not");
    if (inverted !== undefined) return c.one("select", {}, [at(inverted.inputs, 0), b, a]);
    const chosen = c.as(a, "select");
    if (chosen?.inputs[0] === condition) return c.one("select", {}, [condition, at(chosen.inputs, 1), b]);
    const other = c.as(b, "select");
    if (other?.inputs[0] === condition) return c.one("select", {}, [condition, a, at(other.inputs, 2)]);
    const [p, q] = [negated(a, c), negated(b, c)];
    if (p !== null && q !== null) return c.one("neg", {}, [c.one("select", {}, [condition, p, q])]);
    const [yes, no] = [c.literalOf(a), c.literalOf(b)];
    return arrayTypeOf(a).dtype === "bool" && yes === 1 && no === 0 ? condition : null;
  },
  convert(e, c) {
    const x = at(e.inputs, 0);
    const { dtype } = e.params;
    const from = arrayTypeOf(x).dtype;
    if (from === dtype) return x;
    const inner = c.as(x, "convert");
    if (inner === undefined) return null;
    const source = at(inner.inputs, 0);
    const origin = arrayTypeOf(source).dtype;
    // Exact on the way out, so that the way back finds the value again.
    const lossless = origin === "bool" || (origin !== "float64" && from === "float64");
    return lossless && dtype === origin ? source : null;
  },
};

/**
 * Elementwise ops on filled arrays are evaluated, and those on repeated scalars are computed once: both are exact because an
 * element depends on nothing but the elements at its place.
 */
export function simplifyUniform(equation: Equation, c: Context): Var | null {
  if (equation.inputs.length === 0 || !isElementwise(equation.op)) return null;
  const output = at(equation.outputs, 0).type as ArrayType;
  const values = equation.inputs.map((input) => c.literalOf(input));
  if (values.every((value) => value !== null)) {
    const operands = values.map((value, i) => scalarValue(arrayTypeOf(at(equation.inputs, i)).dtype, value));
    const [result] = evaluateOp(equation.op, equation.params, operands);
    return result?.kind === "array" ? c.literal(output, at([...result.data], 0)) : null;
  }
  if (output.shape.length === 0) return null;
  const operands: Var[] = [];
  for (const input of equation.inputs) {
    const value = c.literalOf(input);
    const scalar = value === null ? c.scalarOf(input) : c.literal(arrayType(arrayTypeOf(input).dtype, []), value);
    if (scalar === null) return null;
    operands.push(scalar);
  }
  const scalar = c.one(equation.op, equation.params, operands);
  return c.one("broadcast", { shape: output.shape, axes: [] }, [scalar]);
}

/** Whether each element of the output depends on the elements of the operands at its place alone. */
export function isElementwise(op: OpName): boolean {
  return elementwise.has(op);
}

const elementwise = new Set<OpName>([
  ...(["neg", "abs", "sign", "floor", "ceil", "round", "sqrt", "exp", "expm1", "log", "log1p"] as const),
  ...(["sin", "cos", "tan", "atan", "tanh", "add", "sub", "mul", "div", "pow", "max", "min"] as const),
  ...(["and", "or", "xor", "shiftLeft", "shiftRight", "not", "isFinite", "compare", "select", "convert"] as const),
]);

const opposite: { readonly [R in Relation]: Relation } = { eq: "ne", ne: "eq", lt: "ge", ge: "lt", gt: "le", le: "gt" };

function pair(equation: Equation): readonly [Var, Var] {
  return [at(equation.inputs, 0), at(equation.inputs, 1)];
}

function same(equation: Equation): Var | null {
  const [x, y] = pair(equation);
  return x === y ? x : null;
}

/** One order for x op 2 and 2 op x, which are equal. */
function literalLast(equation: Equation<"add"> | Equation<"mul">, c: Context): Var | null {
  const [x, y] = pair(equation);
  return c.literalOf(x) !== null && c.literalOf(y) === null ? c.one(equation.op, {}, [y, x]) : null;
}

function negated(variable: Var, c: Context): Var | null {
  const inner = c.as(variable, "neg");
  return inner === undefined ? null : at(inner.inputs, 0);
}

function floatNegated(variable: Var, c: Context): Var | null {
  return isFloat(arrayTypeOf(variable).dtype) ? negated(variable, c) : null;
}

/** Whether a variable is the neutral literal of a sum: `forFloat` to the sign of its zero, or 0 of an integer. */
function isNeutral(variable: Var, forFloat: number, forInteger: number, c: Context): boolean {
  const value = c.literalOf(variable);
  if (value === null) return false;
  return isFloat(arrayTypeOf(variable).dtype) ? Object.is(value, forFloat) : value === forInteger;
}

/** (-x) op y = x op (-y) = -(x op y) for products and quotients. */
function signOutwards(equation: Equation<"mul"> | Equation<"div">, c: Context): Var | null {
  const [x, y] = pair(equation);
  const [p, q] = [negated(x, c), negated(y, c)];
  if (p === null && q === null) return null;
  const result = c.one(equation.op, {}, [p ?? x, q ?? y]);
  return p !== null && q !== null ? result : c.one("neg", {}, [result]);
}

/** A bool with a literal: `neutral` leaves the other operand, its opposite wins. */
function absorbed(equation: Equation, neutral: number, c: Context): Var | null {
  const [x, y] = pair(equation);
  if (arrayTypeOf(x).dtype !== "bool") return null;
  for (const [a, b] of [
    [x, y],
    [y, x],
  ] as const) {
    const value = c.literalOf(b);
    if (value !== null) return value === neutral ? a : b;
  }
  return null;
}

/** Whether dividing by a value is the same as multiplying by its reciprocal: a power of two that has one. */
function hasExactReciprocal(value: number, type: ArrayType): boolean {
  const magnitude = Math.abs(value);
  if (!(magnitude > 0 && magnitude < Infinity)) return false;
  if (2 ** Math.round(Math.log2(magnitude)) !== magnitude) return false;
  const reciprocal = 1 / magnitude;
  // Beyond the normal range of float32 or float64 a reciprocal may be infinite or flushed.
  const [least, most] = type.dtype === "float32" ? [2 ** -126, 2 ** 126] : [2 ** -1022, 2 ** 1022];
  return reciprocal >= least && reciprocal <= most;
}
