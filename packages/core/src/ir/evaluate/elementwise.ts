import type { DType, TypedArray } from "../../util/dtype.js";
import { allocate, isFloat } from "../../util/dtype.js";
import { mathFunctions } from "../math/functions.js";
import { roundToEven } from "../math/round.js";
import { sizeOf } from "../types.js";
import type { BinaryName, LogicName, Relation, ShiftName, UnaryName } from "../types.js";
import { arrayValue, filledValue } from "../values.js";
import { arrayOperand } from "./rule.js";
import type { EvaluateRule, EvaluateRules } from "./rule.js";

type UnaryLoop = (x: TypedArray, out: TypedArray) => void;
type BinaryLoop = (a: TypedArray, b: TypedArray, out: TypedArray) => void;

/*
 * One plain loop for each cheap op. A store into `out` rounds to float32, or wraps to 32 bits: one operation in float64
 * rounded to float32 equals the operation in float32, for +, -, *, / and sqrt.
 */
const unaryLoops: { readonly [K in UnaryName]: UnaryLoop } = {
  neg(x, out) {
    for (let i = 0; i < out.length; i++) out[i] = -(x[i] as number);
  },
  abs(x, out) {
    for (let i = 0; i < out.length; i++) out[i] = Math.abs(x[i] as number);
  },
  sign(x, out) {
    for (let i = 0; i < out.length; i++) out[i] = Math.sign(x[i] as number);
  },
  floor(x, out) {
    for (let i = 0; i < out.length; i++) out[i] = Math.floor(x[i] as number);
  },
  ceil(x, out) {
    for (let i = 0; i < out.length; i++) out[i] = Math.ceil(x[i] as number);
  },
  round(x, out) {
    for (let i = 0; i < out.length; i++) out[i] = roundToEven(x[i] as number);
  },
  sqrt(x, out) {
    for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i] as number);
  },
  exp: mathLoop(mathFunctions.exp),
  expm1: mathLoop(mathFunctions.expm1),
  log: mathLoop(mathFunctions.log),
  log1p: mathLoop(mathFunctions.log1p),
  sin: mathLoop(mathFunctions.sin),
  cos: mathLoop(mathFunctions.cos),
  tan: mathLoop(mathFunctions.tan),
  atan: mathLoop(mathFunctions.atan),
  tanh: mathLoop(mathFunctions.tanh),
};

const binaryLoops: { readonly [K in BinaryName | LogicName | ShiftName]: BinaryLoop } = {
  add(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) + (b[i] as number);
  },
  sub(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) - (b[i] as number);
  },
  mul(a, b, out) {
    if (out instanceof Float64Array || out instanceof Float32Array) {
      for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) * (b[i] as number);
    } else {
      for (let i = 0; i < out.length; i++) out[i] = Math.imul(a[i] as number, b[i] as number);
    }
  },
  div(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) / (b[i] as number);
  },
  pow(a, b, out) {
    const pow = mathFunctions.pow;
    for (let i = 0; i < out.length; i++) out[i] = pow(a[i] as number, b[i] as number);
  },
  max(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = Math.max(a[i] as number, b[i] as number);
  },
  min(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = Math.min(a[i] as number, b[i] as number);
  },
  and(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) & (b[i] as number);
  },
  or(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) | (b[i] as number);
  },
  xor(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) ^ (b[i] as number);
  },
  // JavaScript takes the distance modulo 32 as the op does.
  shiftLeft(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) << (b[i] as number);
  },
  shiftRight(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) >>> (b[i] as number);
  },
};

const compareLoops: { readonly [K in Relation]: BinaryLoop } = {
  eq(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] === b[i] ? 1 : 0;
  },
  ne(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] !== b[i] ? 1 : 0;
  },
  lt(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) < (b[i] as number) ? 1 : 0;
  },
  le(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) <= (b[i] as number) ? 1 : 0;
  },
  gt(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) > (b[i] as number) ? 1 : 0;
  },
  ge(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) >= (b[i] as number) ? 1 : 0;
  },
};

/** Evaluation of the elementwise ops and of those without operands. */
export const elementwiseEvaluation: EvaluateRules<
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
> = {
  neg: unary("neg"),
  abs: unary("abs"),
  sign: unary("sign"),
  floor: unary("floor"),
  ceil: unary("ceil"),
  round: unary("round"),
  sqrt: unary("sqrt"),
  exp: unary("exp"),
  expm1: unary("expm1"),
  log: unary("log"),
  log1p: unary("log1p"),
  sin: unary("sin"),
  cos: unary("cos"),
  tan: unary("tan"),
  atan: unary("atan"),
  tanh: unary("tanh"),

  add: binary("add"),
  sub: binary("sub"),
  mul: binary("mul"),
  div: binary("div"),
  pow: binary("pow"),
  max: binary("max"),
  min: binary("min"),
  and: binary("and"),
  or: binary("or"),
  xor: binary("xor"),
  shiftLeft: binary("shiftLeft"),
  shiftRight: binary("shiftRight"),

  not(_params, inputs) {
    const x = arrayOperand(inputs, 0);
    const out = new Uint8Array(x.data.length);
    for (let i = 0; i < out.length; i++) out[i] = x.data[i] === 0 ? 1 : 0;
    return [arrayValue("bool", x.shape, out)];
  },
  isFinite(_params, inputs) {
    const x = arrayOperand(inputs, 0);
    const out = new Uint8Array(x.data.length);
    for (let i = 0; i < out.length; i++) out[i] = Number.isFinite(x.data[i]) ? 1 : 0;
    return [arrayValue("bool", x.shape, out)];
  },
  compare({ relation }, inputs) {
    const a = arrayOperand(inputs, 0);
    const out = new Uint8Array(a.data.length);
    compareLoops[relation](a.data, arrayOperand(inputs, 1).data, out);
    return [arrayValue("bool", a.shape, out)];
  },
  select(_params, inputs) {
    const condition = arrayOperand(inputs, 0).data;
    const a = arrayOperand(inputs, 1);
    const b = arrayOperand(inputs, 2).data;
    const out = allocate(a.dtype, a.data.length);
    for (let i = 0; i < out.length; i++) out[i] = (condition[i] !== 0 ? a.data[i] : b[i]) as number;
    return [arrayValue(a.dtype, a.shape, out)];
  },
  convert({ dtype }, inputs) {
    const x = arrayOperand(inputs, 0);
    return [arrayValue(dtype, x.shape, convertData(x.dtype, x.data, dtype))];
  },

  literal: ({ type, value }) => [filledValue(type.dtype, type.shape, value)],
  iota({ type, axis }) {
    const out = allocate(type.dtype, sizeOf(type.shape));
    const extent = type.shape[axis] as number;
    const inner = sizeOf(type.shape.slice(axis + 1));
    for (let i = 0; i < out.length; i++) out[i] = Math.floor(i / inner) % extent;
    return [arrayValue(type.dtype, type.shape, out)];
  },
};

function unary<K extends UnaryName>(op: K): EvaluateRule<K> {
  const loop = unaryLoops[op];
  return (_params, inputs) => {
    const x = arrayOperand(inputs, 0);
    const out = allocate(x.dtype, x.data.length);
    loop(x.data, out);
    return [arrayValue(x.dtype, x.shape, out)];
  };
}

function binary<K extends BinaryName | LogicName | ShiftName>(op: K): EvaluateRule<K> {
  const loop = binaryLoops[op];
  return (_params, inputs) => {
    const a = arrayOperand(inputs, 0);
    const out = allocate(a.dtype, a.data.length);
    loop(a.data, arrayOperand(inputs, 1).data, out);
    return [arrayValue(a.dtype, a.shape, out)];
  };
}

function mathLoop(f: (x: number) => number): UnaryLoop {
  return (x, out) => {
    for (let i = 0; i < out.length; i++) out[i] = f(x[i] as number);
  };
}

/** Truncates and saturates from float to integer; between integers the 32 bits stay; to bool is `!= 0`. */
function convertData(from: DType, x: TypedArray, to: DType): TypedArray {
  const out = allocate(to, x.length);
  if (to === "bool") {
    for (let i = 0; i < out.length; i++) out[i] = x[i] !== 0 ? 1 : 0;
  } else if (isFloat(from) && !isFloat(to)) {
    const low = to === "int32" ? -2147483648 : 0;
    const high = to === "int32" ? 2147483647 : 4294967295;
    // A NaN passes both comparisons' clamps and is stored as 0.
    for (let i = 0; i < out.length; i++) out[i] = Math.min(Math.max(x[i] as number, low), high);
  } else {
    for (let i = 0; i < out.length; i++) out[i] = x[i] as number;
  }
  return out;
}
