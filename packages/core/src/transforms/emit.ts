import type { Builder } from "../ir/builder.js";
import { arrayTypeOf, graphBuilder } from "../ir/builder.js";
import type { ArrayType, BinaryName, Equation, Graph, Opt, Type, UnaryName, Var } from "../ir/types.js";
import { sameType, showType } from "../ir/types.js";
import { InternalError } from "../util/errors.js";
import { isOp } from "./bodies.js";
import { nth } from "./lists.js";

const literals = new WeakMap<Var, number>();

/** Remembers the value of a literal's output; the transforms call it for each equation that they see. */
export function noteLiteral(equation: Equation): void {
  if (isOp(equation, "literal")) literals.set(nth(equation.outputs, 0), equation.params.value);
}

/** The number that fills a variable, where a literal defined it. */
export function literalOf(variable: Var): number | undefined {
  return literals.get(variable);
}

/** An array of a type filled with one number. */
export function full(b: Builder, type: ArrayType, value: number): Var {
  const variable = b.one("literal", { type, value }, []);
  literals.set(variable, value);
  return variable;
}

/** Real zeros of a type, which must be an array's: a zero History does not exist. */
export function realZeros(b: Builder, type: Type): Var {
  if (type.kind !== "array") throw new InternalError(`a symbolic zero of type ${showType(type)} cannot become real`);
  return full(b, type, 0);
}

/** The variable, or real zeros of the type for a symbolic zero. */
export function orZeros(b: Builder, value: Opt, type: Type): Var {
  return value ?? realZeros(b, type);
}

/** An array filled with one number, of the shape and dtype of another. */
export function fullLike(b: Builder, like: Var, value: number): Var {
  return full(b, arrayTypeOf(like), value);
}

/** An elementwise function of one operand. */
export function unary(b: Builder, op: UnaryName, x: Var): Var {
  return b.one(op, {}, [x]);
}

/** An elementwise function of two operands. */
export function binary(b: Builder, op: BinaryName, x: Var, y: Var): Var {
  return b.one(op, {}, [x, y]);
}

/** Linear in `t`: t * c. A factor of 1 vanishes, 0 gives a symbolic zero. */
export function scaled(b: Builder, t: Opt, c: Var): Opt {
  if (t === null) return null;
  const factor = literalOf(c);
  if (factor === 1) return t;
  if (factor === 0) return null;
  if (factor === -1) return unary(b, "neg", t);
  return binary(b, "mul", t, c);
}

/** Linear in `t`: -t. */
export function negated(b: Builder, t: Opt): Opt {
  return t === null ? null : unary(b, "neg", t);
}

/** Sum of two tangents or cotangents of one type, entry by entry for Histories. */
export function sum(b: Builder, x: Opt, y: Opt): Opt {
  if (x === null) return y;
  if (y === null) return x;
  return sumOf(b, x, y);
}

function sumOf(b: Builder, x: Var, y: Var): Var {
  const type = x.type;
  switch (type.kind) {
    case "array":
      return binary(b, "add", x, y);
    case "history":
      return b.one("historyAdd", {}, [x, y]);
    case "ragged":
      return b.one("call", { body: sumGraph(type.of), map: { size: type.size, mapped: [true, true] } }, [x, y]);
  }
}

/** (x, y) -> x + y for values of a type. */
function sumGraph(type: Type): Graph {
  const b = graphBuilder();
  const x = b.input(type);
  const y = b.input(type);
  return b.build([sumOf(b, x, y)]);
}

/** `compare`. */
export function compare(b: Builder, relation: "eq" | "ne" | "lt" | "gt", x: Var, y: Var): Var {
  return b.one("compare", { relation }, [x, y]);
}

/** `select`: a where `predicate`, c elsewhere. */
export function select(b: Builder, predicate: Var, a: Var, c: Var): Var {
  return b.one("select", {}, [predicate, a, c]);
}

/** `broadcast`, unless the shape stays. */
export function broadcast(b: Builder, x: Var, shape: readonly number[], axes: readonly number[]): Var {
  if (axes.length === shape.length && sameType(x.type, { ...arrayTypeOf(x), shape })) return x;
  return b.one("broadcast", { shape, axes }, [x]);
}

/** `transpose`, unless nothing moves. */
export function permuted(b: Builder, x: Var, permutation: readonly number[]): Var {
  return permutation.every((axis, k) => axis === k) ? x : b.one("transpose", { permutation }, [x]);
}

/** `reshape`, unless the shape stays. */
export function reshaped(b: Builder, x: Var, shape: readonly number[]): Var {
  return sameType(x.type, { ...arrayTypeOf(x), shape }) ? x : b.one("reshape", { shape }, [x]);
}

/** `reduceSum`, unless over no axis. */
export function summed(b: Builder, x: Var, axes: readonly number[]): Var {
  return axes.length === 0 ? x : b.one("reduceSum", { axes }, [x]);
}

/** Shape of a variable that must be an array. */
export function shapeOf(x: Var): readonly number[] {
  return arrayTypeOf(x).shape;
}
