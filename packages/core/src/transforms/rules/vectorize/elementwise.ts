import type { BinaryName, LogicName, OpName, ShiftName, UnaryName } from "../../../ir/types.js";
import type { VectorizeRule, VectorizeRules } from "../rule.js";
import { allBatched } from "./batch.js";

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

/** Elementwise functions do not see the batch axis. */
export const elementwiseVectorize: VectorizeRules<ElementwiseName> = {
  neg: same(),
  abs: same(),
  sign: same(),
  floor: same(),
  ceil: same(),
  round: same(),
  sqrt: same(),
  exp: same(),
  expm1: same(),
  log: same(),
  log1p: same(),
  sin: same(),
  cos: same(),
  tan: same(),
  atan: same(),
  tanh: same(),
  add: same(),
  sub: same(),
  mul: same(),
  div: same(),
  pow: same(),
  max: same(),
  min: same(),
  and: same(),
  or: same(),
  xor: same(),
  shiftLeft: same(),
  shiftRight: same(),
  not: same(),
  isFinite: same(),
  compare: same(),
  select: same(),
  convert: same(),
  literal: shared(),
  iota: shared(),
};

/** The same operation on operands that all have the batch axis. */
function same<K extends OpName>(): VectorizeRule<K> {
  return ({ b, size }, equation, inputs, batched) => ({
    outputs: b.emit(equation.op, equation.params, allBatched(b, inputs, batched, size)),
    batched: [true],
  });
}

/** Without operands nothing is batched. */
function shared<K extends OpName>(): VectorizeRule<K> {
  return ({ b }, equation) => ({ outputs: b.emit(equation.op, equation.params, []), batched: [false] });
}
