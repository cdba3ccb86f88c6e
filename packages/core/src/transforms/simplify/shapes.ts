import { arrayTypeOf } from "../../ir/builder.js";
import type { ArrayType, Equation, OpName, Var } from "../../ir/types.js";
import { sameShape, sizeOf } from "../../ir/types.js";
import { at } from "../bodies.js";
import type { Rule } from "./algebra.js";
import type { Context } from "./context.js";

/** Filled arrays stay filled under ops that move elements; ops that move nothing vanish. */
export const shapeRules: { readonly [K in OpName]?: Rule<K> } = {
  reshape(e, c) {
    const x = at(e.inputs, 0);
    if (sameShape(arrayTypeOf(x).shape, e.params.shape)) return x;
    const inner = c.as(x, "reshape");
    if (inner !== undefined) return c.one("reshape", e.params, inner.inputs);
    const scalar = c.scalarOf(x);
    if (scalar === null) return filled(e, c);
    return e.params.shape.length === 0 ? scalar : c.one("broadcast", { shape: e.params.shape, axes: [] }, [scalar]);
  },
  transpose(e, c) {
    return e.params.permutation.every((axis, k) => axis === k) ? at(e.inputs, 0) : filled(e, c);
  },
  broadcast(e, c) {
    const x = at(e.inputs, 0);
    if (sameShape(arrayTypeOf(x).shape, e.params.shape)) return x;
    const inner = c.as(x, "broadcast");
    if (inner === undefined) return filled(e, c);
    const axes = inner.params.axes.map((axis) => at(e.params.axes, axis));
    return c.one("broadcast", { shape: e.params.shape, axes }, inner.inputs);
  },
  slice(e, c) {
    return sameShape(outputType(e).shape, arrayTypeOf(at(e.inputs, 0)).shape) ? at(e.inputs, 0) : filled(e, c);
  },
  reverse(e, c) {
    return e.params.axes.length === 0 ? at(e.inputs, 0) : filled(e, c);
  },
  pad(e, c) {
    const x = at(e.inputs, 0);
    if (sameShape(outputType(e).shape, arrayTypeOf(x).shape)) return x;
    return Object.is(c.literalOf(x), e.params.value) || sizeOf(arrayTypeOf(x).shape) === 0
      ? c.literal(outputType(e), e.params.value)
      : null;
  },
  concatenate(e, c) {
    const { axis } = e.params;
    const parts = e.inputs.filter((input) => arrayTypeOf(input).shape[axis] !== 0);
    if (parts.length === 1) return at(parts, 0);
    const equal = filled(e, c);
    if (equal !== null || parts.length === 0 || parts.length === e.inputs.length) return equal;
    return c.one("concatenate", { axis }, parts);
  },
  view(e, c) {
    const value = commonLiteral(e.inputs, c);
    if (e.inputs.length === 0 || Object.is(value, 0)) return c.literal(outputType(e), 0);
    if (value === null) return null;
    const covered = e.params.pieces.reduce((sum, { box }) => sum + sizeOf(box.map(([low, high]) => high - low)), 0);
    return covered === sizeOf(e.params.shape) ? c.literal(outputType(e), value) : null;
  },
  dynamicSlice: (e, c) => filledOperand(e, c),
  gather(e, c) {
    const value = c.literalOf(at(e.inputs, 0));
    if (value === null || (e.params.mode === "drop" && !Object.is(value, 0))) return null;
    return c.literal(outputType(e), value);
  },
  dynamicUpdate: (e, c) => unchangedByUpdate(e, at(e.inputs, 1), c),
  scatterSet: (e, c) => unchangedByUpdate(e, at(e.inputs, 2), c),
  cumsum(e, c) {
    // +0 + -0 is +0, which is where a running sum starts.
    return c.literalOf(at(e.inputs, 0)) === 0 ? c.literal(outputType(e), 0) : null;
  },
  reduceSum(e, c) {
    if (e.params.axes.length === 0) return null;
    return c.literalOf(at(e.inputs, 0)) === 0 ? c.literal(outputType(e), 0) : null;
  },
  reduceMax: (e, c) => extremeOfFilled(e, c),
  reduceMin: (e, c) => extremeOfFilled(e, c),
};

function outputType(equation: Equation): ArrayType {
  return arrayTypeOf(at(equation.outputs, 0));
}

function commonLiteral(variables: readonly Var[], c: Context): number | null {
  const values = variables.map((variable) => c.literalOf(variable));
  const first = values[0];
  return first !== undefined && first !== null && values.every((value) => Object.is(value, first)) ? first : null;
}

function filled(equation: Equation, c: Context): Var | null {
  const value = commonLiteral(equation.inputs, c);
  return value === null ? null : c.literal(outputType(equation), value);
}

function filledOperand(equation: Equation, c: Context): Var | null {
  const value = c.literalOf(at(equation.inputs, 0));
  return value === null ? null : c.literal(outputType(equation), value);
}

function unchangedByUpdate(equation: Equation, update: Var, c: Context): Var | null {
  const operand = at(equation.inputs, 0);
  if (sizeOf(arrayTypeOf(update).shape) === 0) return operand;
  return commonLiteral([operand, update], c) === null ? null : operand;
}

function extremeOfFilled(equation: Equation<"reduceMax"> | Equation<"reduceMin">, c: Context): Var | null {
  const x = at(equation.inputs, 0);
  if (equation.params.axes.length === 0) return x;
  return sizeOf(arrayTypeOf(x).shape) === 0 ? null : filledOperand(equation, c);
}
