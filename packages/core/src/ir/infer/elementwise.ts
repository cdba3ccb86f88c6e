import { isFloat, isInteger } from "../../util/dtype.js";
import type { DType } from "../../util/dtype.js";
import { arrayType, showType } from "../types.js";
import type { ArrayType, BinaryName, LogicName, OpName, ShiftName, Type, UnaryName } from "../types.js";
import {
  arrayAt,
  checkCount,
  checkDtype,
  checkExtents,
  checkRepresentable,
  checkSameDtype,
  checkSameShape,
  checkShape,
  isNumeric,
} from "./checks.js";
import type { InferRule, InferRules } from "./checks.js";

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

const floatOnly = unaryRule(isFloat, "float64 or float32");
const floatOrSigned = unaryRule((dtype) => isFloat(dtype) || dtype === "int32", "float64, float32 or int32");
const numeric = unaryRule(isNumeric, "a numeric dtype");
const floatPair = binaryRule(isFloat, "float64 or float32");
const numericPair = binaryRule(isNumeric, "a numeric dtype");
const logicPair = binaryRule((dtype) => dtype === "bool" || isInteger(dtype), "bool, int32 or uint32");
const unsignedPair = binaryRule((dtype) => dtype === "uint32", "uint32");

/** Inference of the elementwise ops and of those without operands. */
export const elementwiseRules: InferRules<ElementwiseName> = {
  neg: numeric("neg"),
  abs: floatOrSigned("abs"),
  sign: floatOrSigned("sign"),
  floor: floatOnly("floor"),
  ceil: floatOnly("ceil"),
  round: floatOnly("round"),
  sqrt: floatOnly("sqrt"),
  exp: floatOnly("exp"),
  expm1: floatOnly("expm1"),
  log: floatOnly("log"),
  log1p: floatOnly("log1p"),
  sin: floatOnly("sin"),
  cos: floatOnly("cos"),
  tan: floatOnly("tan"),
  atan: floatOnly("atan"),
  tanh: floatOnly("tanh"),

  add: numericPair("add"),
  sub: numericPair("sub"),
  mul: numericPair("mul"),
  div: floatPair("div"),
  pow: floatPair("pow"),
  max: numericPair("max"),
  min: numericPair("min"),

  and: logicPair("and"),
  or: logicPair("or"),
  xor: logicPair("xor"),
  shiftLeft: unsignedPair("shiftLeft"),
  shiftRight: unsignedPair("shiftRight"),

  not: unaryRule((dtype) => dtype === "bool", "bool")("not"),
  isFinite(_params, inputs) {
    checkCount("isFinite", inputs, 1);
    const x = arrayAt("isFinite", inputs, 0, "x");
    checkDtype("isFinite", "x", x, isFloat, "float64 or float32");
    return [arrayType("bool", x.shape)];
  },
  compare(_params, inputs) {
    const [a] = equalOperands("compare", inputs);
    return [arrayType("bool", a.shape)];
  },
  select(_params, inputs) {
    checkCount("select", inputs, 3);
    const condition = arrayAt("select", inputs, 0, "condition");
    const a = arrayAt("select", inputs, 1, "a");
    const b = arrayAt("select", inputs, 2, "b");
    checkDtype("select", "condition", condition, (dtype) => dtype === "bool", "bool");
    checkSameDtype("select", "a", a, "b", b);
    checkSameShape("select", "a", a, "b", b);
    checkSameShape("select", "condition", condition, "a", a);
    return [a];
  },
  convert(params, inputs) {
    checkCount("convert", inputs, 1);
    return [arrayType(params.dtype, arrayAt("convert", inputs, 0, "x").shape)];
  },

  literal({ type, value }, inputs) {
    checkCount("literal", inputs, 0);
    checkExtents("literal", type.shape);
    checkRepresentable("literal", type.dtype, value);
    return [type];
  },
  iota({ type, axis }, inputs) {
    checkCount("iota", inputs, 0);
    checkExtents("iota", type.shape);
    checkDtype("iota", "the result", type, isNumeric, "a numeric dtype");
    checkShape(
      Number.isInteger(axis) && axis >= 0 && axis < type.shape.length,
      "iota",
      "the axis is outside of the shape",
      `axis ${axis} of ${showType(type)}`,
      "one of the axes of the result",
    );
    return [type];
  },
};

function unaryRule(
  allowed: (dtype: DType) => boolean,
  expected: string,
): <K extends UnaryName | "not">(op: K) => InferRule<K> {
  return (op) => (_params, inputs) => {
    checkCount(op, inputs, 1);
    const x = arrayAt(op, inputs, 0, "x");
    checkDtype(op, "x", x, allowed, expected);
    return [x];
  };
}

function binaryRule(
  allowed: (dtype: DType) => boolean,
  expected: string,
): <K extends BinaryName | LogicName | ShiftName>(op: K) => InferRule<K> {
  return (op) => (_params, inputs) => {
    const [a] = equalOperands(op, inputs);
    checkDtype(op, "a", a, allowed, expected);
    return [a];
  };
}

function equalOperands(op: OpName, inputs: readonly Type[]): readonly [ArrayType, ArrayType] {
  checkCount(op, inputs, 2);
  const a = arrayAt(op, inputs, 0, "a");
  const b = arrayAt(op, inputs, 1, "b");
  checkSameDtype(op, "a", a, "b", b);
  checkSameShape(op, "a", a, "b", b);
  return [a, b];
}
