import type { DType } from "../../util/dtype.js";
import { InternalError } from "../../util/errors.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import type { Instruction } from "./instructions.js";
import { isMathName } from "./scalarOps.js";
import type { Operation } from "./scalarOps.js";
import type { Target } from "./target.js";

/** Element type of the lanes of a nest's vectors. Truth values are lanes of all ones or zeros. */
export type LaneType = "float64" | "float32";

/** Lanes in a vector. */
export function lanesOf(type: LaneType): 2 | 4 {
  return type === "float64" ? 2 : 4;
}

/** Emits an operation on vectors; `push(i)` pushes operand i, once each and in order. */
export function emitVector(
  target: Target,
  fn: FunctionBuilder,
  type: LaneType,
  expr: Operation,
  push: (i: number) => void,
): void {
  const shape = type === "float64" ? "f64x2" : "f32x4";
  switch (expr.op) {
    case "unary":
      push(0);
      if (expr.name === "not") fn.op("v128.not");
      else unary(target, fn, type, expr.name);
      return;
    case "isFinite":
      push(0);
      fn.op(`${shape}.abs`);
      splatConstant(fn, type, Infinity);
      fn.op(`${shape}.lt`);
      return;
    case "binary":
      push(0);
      push(1);
      if (expr.name === "and" || expr.name === "or" || expr.name === "xor") fn.op(`v128.${expr.name}`);
      else if (expr.name === "pow") mathBinary(target, fn, type);
      else if (expr.name === "shiftLeft" || expr.name === "shiftRight")
        throw new InternalError("no vector of shifted words");
      else fn.op(`${shape}.${expr.name}`);
      return;
    case "compare":
      push(0);
      push(1);
      compareVectors(fn, shape, expr.relation, expr.of);
      return;
    case "select": {
      const condition = fn.take("v128");
      push(0);
      fn.set(condition);
      push(1);
      push(2);
      fn.get(condition);
      fn.op("v128.bitselect");
      fn.release(condition);
      return;
    }
    case "convert":
      push(0);
      if (expr.from === "bool" && expr.dtype === type) {
        splatConstant(fn, type, 1);
        fn.op("v128.and");
      } else if (expr.dtype === "bool" && expr.from === type) {
        splatConstant(fn, type, 0);
        fn.op(`${shape}.ne`);
      } else if (expr.dtype !== expr.from) throw new InternalError(`no vector of ${expr.from} as ${expr.dtype}`);
      return;
  }
}

/** Pushes a vector of equal lanes. */
export function splatConstant(fn: FunctionBuilder, type: LaneType, value: number): void {
  if (type === "float64") fn.f64x2(value, value);
  else fn.f32x4(value);
}

/** Turns the scalar on the stack into a vector of equal lanes; a bool becomes a mask. */
export function splat(fn: FunctionBuilder, type: LaneType, dtype: DType): void {
  if (dtype === "bool") {
    const flag = fn.take("i32");
    fn.set(flag);
    fn.i32(0);
    fn.get(flag);
    fn.op("i32.sub");
    fn.op("i32x4.splat");
    fn.release(flag);
  } else fn.op(type === "float64" ? "f64x2.splat" : "f32x4.splat");
}

/** Compares masks as the bools 0 and 1, floats as such. */
function compareVectors(fn: FunctionBuilder, shape: "f64x2" | "f32x4", relation: string, of: DType): void {
  if (of !== "bool") {
    fn.op(`${shape}.${relation}` as Instruction);
    return;
  }
  if (relation === "ne" || relation === "eq") {
    fn.op("v128.xor");
    if (relation === "eq") fn.op("v128.not");
    return;
  }
  const [a, b] = [fn.take("v128"), fn.take("v128")];
  fn.set(b);
  fn.set(a);
  // a > b: a and not b; a <= b: its negation; the others with operands exchanged.
  const direct = relation === "gt" || relation === "le";
  fn.get(direct ? a : b);
  fn.get(direct ? b : a);
  fn.op("v128.andnot");
  if (relation === "le" || relation === "ge") fn.op("v128.not");
  fn.release(a);
  fn.release(b);
}

function unary(target: Target, fn: FunctionBuilder, type: LaneType, name: string): void {
  const shape = type === "float64" ? "f64x2" : "f32x4";
  if (isMathName(name)) {
    mathUnary(fn, type, target.math(name, "v128"));
    return;
  }
  switch (name) {
    case "neg":
    case "abs":
    case "floor":
    case "ceil":
    case "sqrt":
      fn.op(`${shape}.${name}`);
      return;
    case "round":
      fn.op(`${shape}.nearest`);
      return;
    case "sign": {
      const x = fn.take("v128");
      fn.set(x);
      splatConstant(fn, type, 1);
      splatConstant(fn, type, -1);
      fn.get(x);
      fn.get(x);
      splatConstant(fn, type, 0);
      fn.op(`${shape}.lt`);
      fn.op("v128.bitselect");
      fn.get(x);
      splatConstant(fn, type, 0);
      fn.op(`${shape}.gt`);
      fn.op("v128.bitselect");
      fn.release(x);
      return;
    }
    default:
      throw new InternalError(`the wasm backend has no vector ${name}`);
  }
}

/** Lanes 2 and 3 of the first vector moved to the front. */
const highHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
/** The front halves of two vectors. */
const frontHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

function mathUnary(fn: FunctionBuilder, type: LaneType, index: number): void {
  if (type === "float64") {
    fn.call(index);
    return;
  }
  const x = fn.take("v128");
  fn.tee(x);
  fn.op("f64x2.promote_low_f32x4");
  fn.call(index);
  fn.op("f32x4.demote_f64x2_zero");
  pushHigh(fn, x);
  fn.call(index);
  fn.op("f32x4.demote_f64x2_zero");
  fn.shuffle(frontHalves);
  fn.release(x);
}

function mathBinary(target: Target, fn: FunctionBuilder, type: LaneType): void {
  const index = target.math("pow", "v128");
  if (type === "float64") {
    fn.call(index);
    return;
  }
  const [x, y] = [fn.take("v128"), fn.take("v128")];
  fn.set(y);
  fn.tee(x);
  fn.op("f64x2.promote_low_f32x4");
  fn.get(y);
  fn.op("f64x2.promote_low_f32x4");
  fn.call(index);
  fn.op("f32x4.demote_f64x2_zero");
  pushHigh(fn, x);
  pushHigh(fn, y);
  fn.call(index);
  fn.op("f32x4.demote_f64x2_zero");
  fn.shuffle(frontHalves);
  fn.release(x);
  fn.release(y);
}

function pushHigh(fn: FunctionBuilder, x: number): void {
  fn.get(x);
  fn.get(x);
  fn.shuffle(highHalf);
  fn.op("f64x2.promote_low_f32x4");
}
