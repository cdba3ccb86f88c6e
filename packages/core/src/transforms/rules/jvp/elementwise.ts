import type { Builder } from "../../../ir/builder.js";
import type { BinaryName, LogicName, OpName, Opt, ShiftName, UnaryName, Var } from "../../../ir/types.js";
import { binary, compare, fullLike, negated, scaled, select, sum, unary } from "../../emit.js";
import { isDifferentiable } from "../../graphs.js";
import { nth } from "../../lists.js";
import type { JvpRule, JvpRules } from "../rule.js";
import { powerByBase, powerByExponent } from "./power.js";

type ElementwiseName =
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
  | "convert";

/** Tangents of elementwise functions. What multiplies a tangent is computed from primals alone. */
export const elementwiseJvp: JvpRules<ElementwiseName> = {
  literal: constant(),
  iota: constant(),
  not: constant(),
  isFinite: constant(),
  compare: constant(),
  and: constant(),
  or: constant(),
  xor: constant(),
  shiftLeft: constant(),
  shiftRight: constant(),
  sign: constant(),
  floor: constant(),
  ceil: constant(),
  round: constant(),

  neg: unaryRule((b, t) => negated(b, t)),
  // The derivative at 0 is sign(0) = 0.
  abs: unaryRule((b, t, x) => scaled(b, t, unary(b, "sign", x))),
  sqrt: unaryRule((b, t, _, y) => scaled(b, t, binary(b, "div", fullLike(b, y, 0.5), y))),
  exp: unaryRule((b, t, _, y) => scaled(b, t, y)),
  expm1: unaryRule((b, t, _, y) => scaled(b, t, binary(b, "add", y, fullLike(b, y, 1)))),
  log: unaryRule((b, t, x) => binary(b, "div", t, x)),
  log1p: unaryRule((b, t, x) => binary(b, "div", t, binary(b, "add", x, fullLike(b, x, 1)))),
  sin: unaryRule((b, t, x) => scaled(b, t, unary(b, "cos", x))),
  cos: unaryRule((b, t, x) => scaled(b, t, unary(b, "neg", unary(b, "sin", x)))),
  tan: unaryRule((b, t, _, y) => scaled(b, t, binary(b, "add", binary(b, "mul", y, y), fullLike(b, y, 1)))),
  atan: unaryRule((b, t, x) => binary(b, "div", t, binary(b, "add", binary(b, "mul", x, x), fullLike(b, x, 1)))),
  tanh: unaryRule((b, t, _, y) => scaled(b, t, binary(b, "sub", fullLike(b, y, 1), binary(b, "mul", y, y)))),

  add: binaryRule((b, t, u) => sum(b, t, u)),
  sub: binaryRule((b, t, u) => (t === null || u === null ? (t ?? negated(b, u)) : binary(b, "sub", t, u))),
  mul: binaryRule((b, t, u, x, y) =>
    // x*x: t * 2x has the bits of t*x + x*t, at one product less.
    x === y ? scaled(b, t, binary(b, "add", x, x)) : sum(b, scaled(b, t, y), scaled(b, u, x)),
  ),
  div: binaryRule((b, t, u, _, y, z) => {
    if (t === null) return scaled(b, u, unary(b, "neg", binary(b, "div", z, y)));
    const part = scaled(b, u, z);
    return binary(b, "div", part === null ? t : binary(b, "sub", t, part), y);
  }),
  pow: binaryRule((b, t, u, x, y, z) =>
    sum(
      b,
      t === null ? null : scaled(b, t, powerByBase(b, x, y, z)),
      u === null ? null : scaled(b, u, powerByExponent(b, x, z)),
    ),
  ),
  max: binaryRule((b, t, u, x, y) => extremum(b, "gt", t, u, x, y)),
  min: binaryRule((b, t, u, x, y) => extremum(b, "lt", t, u, x, y)),

  select: ({ b }, _equation, inputs, tangents) => {
    const [predicate, x, y] = [nth(inputs, 0), nth(inputs, 1), nth(inputs, 2)];
    const [t, u] = [nth(tangents, 1), nth(tangents, 2)];
    return {
      outputs: [select(b, predicate, x, y)],
      tangents: [select(b, predicate, t ?? fullLike(b, x, 0), u ?? fullLike(b, y, 0))],
    };
  },

  convert: ({ b }, equation, inputs, tangents) => {
    const output = b.one("convert", equation.params, inputs);
    const t = nth(tangents, 0);
    const linear = t !== null && isDifferentiable(output.type);
    return { outputs: [output], tangents: [linear ? b.one("convert", equation.params, [t]) : null] };
  },
};

/** No tangent comes out, whatever goes in. */
function constant<K extends OpName>(): JvpRule<K> {
  return ({ b }, equation, inputs) => {
    const outputs = b.emit(equation.op, equation.params, inputs);
    return { outputs, tangents: outputs.map(() => null) };
  };
}

function unaryRule<K extends UnaryName>(tangent: (b: Builder, t: Var, x: Var, y: Var) => Opt): JvpRule<K> {
  return ({ b }, equation, inputs, tangents) => {
    const x = nth(inputs, 0);
    const y = b.one(equation.op, equation.params, [x]);
    const t = nth(tangents, 0);
    return { outputs: [y], tangents: [t === null ? null : tangent(b, t, x, y)] };
  };
}

/** `tangent` gets both tangents, both operands and the result. */
function binaryRule<K extends BinaryName>(
  tangent: (b: Builder, t: Opt, u: Opt, x: Var, y: Var, z: Var) => Opt,
): JvpRule<K> {
  return ({ b }, equation, inputs, tangents) => {
    const [x, y] = [nth(inputs, 0), nth(inputs, 1)];
    const z = b.one(equation.op, equation.params, [x, y]);
    return { outputs: [z], tangents: [tangent(b, nth(tangents, 0), nth(tangents, 1), x, y, z)] };
  };
}

/** The tangent of the operand that wins; of both, halved, where they are equal. */
function extremum(b: Builder, wins: "gt" | "lt", t: Opt, u: Opt, x: Var, y: Var): Opt {
  const both = sum(b, t, u);
  if (both === null) return null;
  const zero = fullLike(b, x, 0);
  const loses = wins === "gt" ? "lt" : "gt";
  const half = binary(b, "mul", both, fullLike(b, x, 0.5));
  const unlessFirst = select(b, compare(b, loses, x, y), u ?? zero, half);
  return select(b, compare(b, wins, x, y), t ?? zero, unlessFirst);
}
