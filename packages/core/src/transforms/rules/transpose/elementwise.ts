import type { BinaryName, LogicName, ShiftName, UnaryName } from "../../../ir/types.js";
import { arrayTypeOf } from "../../../ir/builder.js";
import { InternalError } from "../../../util/errors.js";
import { binary, full, negated, scaled, select } from "../../emit.js";
import { nth } from "../../lists.js";
import type { TransposeRules } from "../rule.js";
import { notLinear } from "./notLinear.js";

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

/** Cotangents of elementwise functions. */
export const elementwiseTranspose: TransposeRules<ElementwiseName> = {
  abs: notLinear(),
  sign: notLinear(),
  floor: notLinear(),
  ceil: notLinear(),
  round: notLinear(),
  sqrt: notLinear(),
  exp: notLinear(),
  expm1: notLinear(),
  log: notLinear(),
  log1p: notLinear(),
  sin: notLinear(),
  cos: notLinear(),
  tan: notLinear(),
  atan: notLinear(),
  tanh: notLinear(),
  pow: notLinear(),
  max: notLinear(),
  min: notLinear(),
  and: notLinear(),
  or: notLinear(),
  xor: notLinear(),
  shiftLeft: notLinear(),
  shiftRight: notLinear(),
  literal: notLinear(),
  iota: notLinear(),
  not: notLinear(),
  isFinite: notLinear(),
  compare: notLinear(),

  neg: ({ b }, _equation, _inputs, [ct]) => [negated(b, ct ?? null)],
  add: (_context, _equation, inputs, cotangents) => inputs.map((input) => (input === null ? nth(cotangents, 0) : null)),
  sub: ({ b }, _equation, inputs, cotangents) => {
    const ct = nth(cotangents, 0);
    return [nth(inputs, 0) === null ? ct : null, nth(inputs, 1) === null ? negated(b, ct) : null];
  },
  mul: ({ b }, _equation, inputs, cotangents) => {
    const [x, y] = [nth(inputs, 0), nth(inputs, 1)];
    const ct = nth(cotangents, 0);
    if (x === null && y !== null) return [scaled(b, ct, y), null];
    if (x !== null && y === null) return [null, scaled(b, ct, x)];
    throw new InternalError("a product of two linear factors is not linear");
  },
  div: ({ b }, _equation, inputs, cotangents) => {
    const y = nth(inputs, 1);
    const ct = nth(cotangents, 0);
    if (y === null) throw new InternalError("a quotient is not linear in its denominator");
    return [ct === null ? null : binary(b, "div", ct, y), null];
  },
  select: ({ b }, equation, inputs, cotangents) => {
    const ct = nth(cotangents, 0);
    const predicate = nth(inputs, 0);
    if (ct === null || predicate === null) return [null, null, null];
    const zeros = full(b, arrayTypeOf(nth(equation.outputs, 0)), 0);
    return [
      null,
      nth(inputs, 1) === null ? select(b, predicate, ct, zeros) : null,
      nth(inputs, 2) === null ? select(b, predicate, zeros, ct) : null,
    ];
  },
  convert: ({ b }, equation, _inputs, cotangents) => {
    const ct = nth(cotangents, 0);
    return [ct === null ? null : b.one("convert", { dtype: arrayTypeOf(nth(equation.inputs, 0)).dtype }, [ct])];
  },
};
