import type { Expr } from "../../lowering/loopProgram.js";
import type { Relation } from "../../ir/types.js";
import type { MathName } from "../../ir/math/program.js";
import type { DType } from "../../util/dtype.js";
import { isFloat } from "../../util/dtype.js";
import { InternalError } from "../../util/errors.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import type { Instruction } from "./instructions.js";
import { pushConstant, stackType } from "./target.js";
import type { Target } from "./target.js";

/** An expression that computes from operands. */
export type Operation = Exclude<Expr, { readonly op: "const" | "index" | "step" | "load" | "lane" | "pack" }>;

/** Emits an operation on scalars; `push(i)` pushes operand i, once each and in order. */
export function emitScalar(target: Target, fn: FunctionBuilder, expr: Operation, push: (i: number) => void): void {
  switch (expr.op) {
    case "unary":
      if (expr.name === "not") {
        push(0);
        fn.op("i32.eqz");
      } else if (isFloat(expr.dtype)) floatUnary(target, fn, expr.name, expr.dtype, push);
      else integerUnary(fn, expr.name, push);
      return;
    case "isFinite":
      push(0);
      fn.op(expr.of === "float32" ? "f32.abs" : "f64.abs");
      pushConstant(fn, expr.of, Infinity);
      fn.op(expr.of === "float32" ? "f32.lt" : "f64.lt");
      return;
    case "binary":
      binary(target, fn, expr.name, expr.dtype, push);
      return;
    case "compare":
      push(0);
      push(1);
      fn.op(comparison(expr.relation, expr.of));
      return;
    case "select":
      selectScalar(fn, expr.dtype, push);
      return;
    case "convert":
      push(0);
      convert(fn, expr.from, expr.dtype);
      return;
  }
}

/** Emits `max`, `min` or `add` of two scalars, pushed in order by `push`. */
export function emitCombine(
  fn: FunctionBuilder,
  combine: "sum" | "max" | "min",
  dtype: DType,
  push: (i: number) => void,
): void {
  if (combine !== "sum" && !isFloat(dtype)) {
    integerExtreme(fn, combine, dtype, push);
    return;
  }
  push(0);
  push(1);
  const name = combine === "sum" ? "add" : combine;
  fn.op(`${isFloat(dtype) ? (stackType(dtype) as "f32" | "f64") : "i32"}.${name}` as Instruction);
}

/** The value a reduction starts from. */
export function neutral(combine: "sum" | "max" | "min", dtype: DType): number {
  if (combine === "sum") return 0;
  const highest = combine === "min";
  switch (dtype) {
    case "float64":
    case "float32":
      return highest ? Infinity : -Infinity;
    case "int32":
      return highest ? 2147483647 : -2147483648;
    case "uint32":
      return highest ? 4294967295 : 0;
    case "bool":
      return highest ? 1 : 0;
  }
}

/** Whether the function is computed by a MathProgram. */
export function isMathName(name: string): name is MathName {
  return ["exp", "expm1", "log", "log1p", "sin", "cos", "tan", "atan", "tanh", "pow"].includes(name);
}

function floatUnary(target: Target, fn: FunctionBuilder, name: string, dtype: DType, push: (i: number) => void): void {
  const type = stackType(dtype) as "f32" | "f64";
  if (isMathName(name)) {
    push(0);
    if (type === "f32") fn.op("f64.promote_f32");
    fn.call(target.math(name, "f64"));
    if (type === "f32") fn.op("f32.demote_f64");
    return;
  }
  push(0);
  switch (name) {
    case "neg":
    case "abs":
    case "floor":
    case "ceil":
    case "sqrt":
      fn.op(`${type}.${name}`);
      return;
    case "round":
      fn.op(`${type}.nearest`);
      return;
    case "sign": {
      const x = fn.take(type);
      fn.set(x);
      pushConstant(fn, dtype, 1);
      pushConstant(fn, dtype, -1);
      fn.get(x);
      fn.get(x);
      pushConstant(fn, dtype, 0);
      fn.op(`${type}.lt`);
      fn.op("select");
      fn.get(x);
      pushConstant(fn, dtype, 0);
      fn.op(`${type}.gt`);
      fn.op("select");
      fn.release(x);
      return;
    }
    default:
      throw new InternalError(`the wasm backend has no ${name} of ${dtype}`);
  }
}

function integerUnary(fn: FunctionBuilder, name: string, push: (i: number) => void): void {
  if (name === "neg") {
    fn.i32(0);
    push(0);
    fn.op("i32.sub");
    return;
  }
  const x = fn.take("i32");
  push(0);
  fn.set(x);
  if (name === "abs") {
    fn.i32(0);
    fn.get(x);
    fn.op("i32.sub");
    fn.get(x);
    fn.get(x);
    fn.i32(0);
    fn.op("i32.lt_s");
    fn.op("select");
  } else if (name === "sign") {
    fn.get(x);
    fn.i32(0);
    fn.op("i32.gt_s");
    fn.get(x);
    fn.i32(0);
    fn.op("i32.lt_s");
    fn.op("i32.sub");
  } else throw new InternalError(`the wasm backend has no ${name} of integers`);
  fn.release(x);
}

function binary(target: Target, fn: FunctionBuilder, name: string, dtype: DType, push: (i: number) => void): void {
  if (name === "max" || name === "min") {
    emitCombine(fn, name, dtype, push);
    return;
  }
  const type = stackType(dtype);
  if (name === "pow") {
    for (const i of [0, 1]) {
      push(i);
      if (type === "f32") fn.op("f64.promote_f32");
    }
    fn.call(target.math("pow", "f64"));
    if (type === "f32") fn.op("f32.demote_f64");
    return;
  }
  push(0);
  push(1);
  if (name === "shiftLeft") fn.op("i32.shl");
  else if (name === "shiftRight") fn.op("i32.shr_u");
  else fn.op(`${type}.${name}` as Instruction);
}

function integerExtreme(fn: FunctionBuilder, name: "max" | "min", dtype: DType, push: (i: number) => void): void {
  const [a, b] = [fn.take("i32"), fn.take("i32")];
  push(0);
  fn.set(a);
  push(1);
  fn.set(b);
  fn.get(a);
  fn.get(b);
  fn.get(a);
  fn.get(b);
  fn.op(comparison(name === "max" ? "gt" : "lt", dtype));
  fn.op("select");
  fn.release(a);
  fn.release(b);
}

/** The condition comes first as an operand, and last on the stack. */
function selectScalar(fn: FunctionBuilder, dtype: DType, push: (i: number) => void): void {
  const condition = fn.take("i32");
  push(0);
  fn.set(condition);
  push(1);
  push(2);
  fn.get(condition);
  fn.op("select");
  fn.release(condition);
}

function comparison(relation: Relation, dtype: DType): Instruction {
  if (isFloat(dtype)) return `${stackType(dtype) as "f32" | "f64"}.${relation}`;
  if (relation === "eq" || relation === "ne") return `i32.${relation}`;
  return dtype === "int32" ? `i32.${relation}_s` : `i32.${relation}_u`;
}

function convert(fn: FunctionBuilder, from: DType, to: DType): void {
  if (from === to) return;
  if (to === "bool") {
    pushConstant(fn, from, 0);
    fn.op(comparison("ne", from));
  } else if (isFloat(from)) {
    const source = stackType(from) as "f32" | "f64";
    if (to === "float64") fn.op("f64.promote_f32");
    else if (to === "float32") fn.op("f32.demote_f64");
    else fn.op(`i32.trunc_sat_${source}_${to === "int32" ? "s" : "u"}`);
  } else if (isFloat(to)) fn.op(`${stackType(to) as "f32" | "f64"}.convert_i32_${from === "int32" ? "s" : "u"}`);
}
