import type { LoopProgram } from "../../lowering/loopProgram.js";
import { mathPrograms } from "../../ir/math/functions.js";
import { isMask } from "../../ir/math/program.js";
import type { MathName, MathNode, MathProgram, NodeId, SlowName } from "../../ir/math/program.js";
import { slowPrograms } from "../../ir/math/trig.js";
import { present } from "../../util/invariant.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import type { ValueType } from "./instructions.js";
import type { ModuleBuilder } from "./moduleBuilder.js";

/** Any function that a module may have for the sake of a math function. */
export type MathFunctionName = MathName | SlowName;

/** A math function computes one f64, or two at once. */
export type MathType = "f64" | "v128";

/** What the functions need from the module. */
export interface MathTarget {
  readonly module: ModuleBuilder;
  math(name: MathFunctionName, type: MathType): number;
  /** Address of a constant table of float64. */
  table(table: readonly number[]): number;
}

/** Signature of a math function. */
export function mathFunctionType(
  name: MathFunctionName,
  type: MathType,
): { parameters: ValueType[]; result: ValueType } {
  return { parameters: new Array<ValueType>(programOf(name).arity).fill(type), result: type };
}

/** The constant tables that a program's math functions read, each once. */
export function mathTables(program: LoopProgram): readonly (readonly number[])[] {
  const tables = new Set<readonly number[]>();
  const seen = new Set<string>();
  const visit = (name: MathFunctionName): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const node of programOf(name).nodes) {
      if (node.op === "table") tables.add(node.table);
      if (node.op === "slow") visit(node.name);
    }
  };
  for (const expr of program.exprs) {
    if ((expr.op === "unary" || expr.op === "binary") && expr.name in mathPrograms) visit(expr.name as MathName);
  }
  return [...tables];
}

/** Writes a math function: the program's operations one by one, so that scalar, vector and interpreter agree to the bit. */
export function emitMath(target: MathTarget, index: number, name: MathFunctionName, type: MathType): void {
  const program = programOf(name);
  const fn = target.module.open(index);
  const uses = countUses(program);
  const locals = new Map<NodeId, number>();
  const left = uses.slice();
  const maskType = type === "f64" ? "i32" : "v128";

  const push = (id: NodeId): void => {
    const node = present(program.nodes[id], "a node of a math function");
    if (node.op === "arg") {
      fn.get(node.index);
      return;
    }
    if (node.op === "const") {
      pushNumber(fn, type, node.value);
      return;
    }
    const remaining = present(left[id], "uses") - 1;
    left[id] = remaining;
    const held = locals.get(id);
    if (held !== undefined) {
      fn.get(held);
      if (remaining === 0) fn.release(held);
      return;
    }
    if (type === "f64") pushScalarNode(target, fn, node, push);
    else pushVectorNode(target, fn, node, push);
    if (remaining > 0) {
      const local = fn.take(isMask(node) ? maskType : type);
      locals.set(id, local);
      fn.tee(local);
    }
  };
  push(program.result);
  target.module.close(index, fn);
}

function programOf(name: MathFunctionName): MathProgram {
  return name in slowPrograms ? slowPrograms[name as SlowName] : mathPrograms[name as MathName];
}

function countUses(program: MathProgram): number[] {
  const uses = new Array<number>(program.nodes.length).fill(0);
  const use = (id: NodeId): void => void (uses[id] = present(uses[id], "uses") + 1);
  use(program.result);
  for (let id = program.nodes.length - 1; id >= 0; id--) {
    if (uses[id] === 0) continue;
    const node = present(program.nodes[id], "node");
    if ("a" in node) use(node.a);
    if ("b" in node) use(node.b);
    if ("condition" in node) use(node.condition);
  }
  return uses;
}

function pushNumber(fn: FunctionBuilder, type: MathType, value: number): void {
  if (type === "f64") fn.f64(value);
  else fn.f64x2(value, value);
}

/** 2^52 + 1023: added to a small integer it leaves that integer plus 1023 in the low bits. */
const biased = 2 ** 52 + 1023;
const exponentOne = 0x3ff0000000000000n;
const fractionBits = 0x000fffffffffffffn;

function pushScalarNode(target: MathTarget, fn: FunctionBuilder, node: MathNode, push: (id: NodeId) => void): void {
  switch (node.op) {
    case "const":
    case "arg":
      return;
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "max":
    case "min":
    case "copysign":
    case "lt":
    case "le":
    case "eq":
      push(node.a);
      push(node.b);
      fn.op(`f64.${node.op}`);
      return;
    case "neg":
    case "abs":
    case "nearest":
    case "floor":
      push(node.a);
      fn.op(`f64.${node.op}`);
      return;
    case "pow2":
      push(node.a);
      fn.f64(biased);
      fn.op("f64.add");
      fn.op("i64.reinterpret_f64");
      fn.i64(52n);
      fn.op("i64.shl");
      fn.op("f64.reinterpret_i64");
      return;
    case "exponent":
      push(node.a);
      fn.op("i64.reinterpret_f64");
      fn.i64(52n);
      fn.op("i64.shr_u");
      fn.i64(0x7ffn);
      fn.op("i64.and");
      fn.f64(2 ** 52);
      fn.op("i64.reinterpret_f64");
      fn.op("i64.or");
      fn.op("f64.reinterpret_i64");
      fn.f64(biased);
      fn.op("f64.sub");
      return;
    case "mantissa":
      push(node.a);
      fn.op("i64.reinterpret_f64");
      fn.i64(fractionBits);
      fn.op("i64.and");
      fn.i64(exponentOne);
      fn.op("i64.or");
      fn.op("f64.reinterpret_i64");
      return;
    case "and":
    case "or":
      push(node.a);
      push(node.b);
      fn.op(`i32.${node.op}`);
      return;
    case "not":
      push(node.a);
      fn.op("i32.eqz");
      return;
    case "select":
      push(node.a);
      push(node.b);
      push(node.condition);
      fn.op("select");
      return;
    case "slow": {
      // Operands first: what is computed within a branch is not there after it.
      const [a, b] = [fn.take("f64"), fn.take("f64")];
      push(node.a);
      fn.set(a);
      push(node.b);
      fn.set(b);
      push(node.condition);
      fn.if("f64");
      fn.get(a);
      fn.call(target.math(node.name, "f64"));
      fn.else();
      fn.get(b);
      fn.end();
      fn.release(a);
      fn.release(b);
      return;
    }
    case "table": {
      const at = fn.take("i32");
      push(node.a);
      fn.op("i32.trunc_sat_f64_s");
      fn.tee(at);
      fn.i32(0);
      fn.get(at);
      fn.i32(node.table.length);
      fn.op("i32.lt_u");
      fn.op("select");
      fn.i32(3);
      fn.op("i32.shl");
      fn.access("f64.load", target.table(node.table));
      fn.release(at);
      return;
    }
  }
}

function pushVectorNode(target: MathTarget, fn: FunctionBuilder, node: MathNode, push: (id: NodeId) => void): void {
  switch (node.op) {
    case "const":
    case "arg":
      return;
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "max":
    case "min":
    case "lt":
    case "le":
    case "eq":
      push(node.a);
      push(node.b);
      fn.op(`f64x2.${node.op}`);
      return;
    case "neg":
    case "abs":
    case "nearest":
    case "floor":
      push(node.a);
      fn.op(`f64x2.${node.op}`);
      return;
    case "copysign":
      push(node.a);
      push(node.b);
      fn.f64x2(-0, -0);
      // Bits of b where the mask is set, bits of a elsewhere.
      pushSignFrom(fn);
      return;
    case "pow2":
      push(node.a);
      fn.f64x2(biased, biased);
      fn.op("f64x2.add");
      fn.i32(52);
      fn.op("i64x2.shl");
      return;
    case "exponent":
      push(node.a);
      fn.i32(1);
      fn.op("i64x2.shl");
      fn.i32(53);
      fn.op("i64x2.shr_u");
      fn.f64x2(2 ** 52, 2 ** 52);
      fn.op("v128.or");
      fn.f64x2(biased, biased);
      fn.op("f64x2.sub");
      return;
    case "mantissa":
      push(node.a);
      fn.i64(fractionBits);
      fn.op("i64x2.splat");
      fn.op("v128.and");
      fn.f64x2(1, 1);
      fn.op("v128.or");
      return;
    case "and":
    case "or":
      push(node.a);
      push(node.b);
      fn.op(`v128.${node.op}`);
      return;
    case "not":
      push(node.a);
      fn.op("v128.not");
      return;
    case "select":
      push(node.a);
      push(node.b);
      push(node.condition);
      fn.op("v128.bitselect");
      return;
    case "slow":
      pushSlowLanes(target, fn, node, push);
      return;
    case "table":
      present(null, "a vector form of a table");
  }
}

/** a, b, mask -> a with b's bits where the mask is set. */
function pushSignFrom(fn: FunctionBuilder): void {
  const [b, mask] = [fn.take("v128"), fn.take("v128")];
  fn.set(mask);
  fn.set(b);
  const a = fn.take("v128");
  fn.set(a);
  fn.get(b);
  fn.get(a);
  fn.get(mask);
  fn.op("v128.bitselect");
  fn.release(a);
  fn.release(b);
  fn.release(mask);
}

/** Lanes whose mask is set go through the scalar function, if there are any. */
function pushSlowLanes(
  target: MathTarget,
  fn: FunctionBuilder,
  node: Extract<MathNode, { op: "slow" }>,
  push: (id: NodeId) => void,
): void {
  const [a, result, mask] = [fn.take("v128"), fn.take("v128"), fn.take("v128")];
  push(node.a);
  fn.set(a);
  push(node.b);
  fn.set(result);
  push(node.condition);
  fn.tee(mask);
  fn.op("v128.any_true");
  fn.if();
  for (const lane of [0, 1]) {
    fn.get(mask);
    fn.lane("f64x2.extract_lane", lane);
    fn.op("i64.reinterpret_f64");
    fn.op("i32.wrap_i64");
    fn.if();
    fn.get(result);
    fn.get(a);
    fn.lane("f64x2.extract_lane", lane);
    fn.call(target.math(node.name, "f64"));
    fn.lane("f64x2.replace_lane", lane);
    fn.set(result);
    fn.end();
  }
  fn.end();
  fn.get(result);
  fn.release(a);
  fn.release(result);
  fn.release(mask);
}
