import type { Builder } from "../../ir/builder.js";
import { arrayTypeOf, graphBuilder } from "../../ir/builder.js";
import type { ArrayType, BinaryName, Graph, UnaryName, Var } from "../../ir/types.js";
import { arrayType, sameShape, sizeOf } from "../../ir/types.js";
import type { Random } from "../random.js";

/**
 * A random program in the making. Every float in `floats` stays within about -1 to 1, integers within -1 to 7, so that programs
 * of any length stay in a sane range.
 */
export interface Scope {
  readonly b: Builder;
  readonly random: Random;
  /** How many bodies it stands in. */
  readonly depth: number;
  /** A scalar that the whole program shares: an input of every body. */
  readonly param: Var;
  readonly floats: Var[];
  readonly ints: Var[];
  readonly bools: Var[];
}

/** A scope over the inputs of a builder; the first float is the shared parameter. */
export function scopeOf(b: Builder, random: Random, depth: number, param: Var, inputs: readonly Var[]): Scope {
  const scope: Scope = { b, random, depth, param, floats: [param], ints: [], bools: [] };
  for (const input of inputs) keep(scope, input);
  return scope;
}

/** A body: (param, ...types) -> what `build` returns. */
export function bodyOf(
  { random, depth }: Scope,
  types: readonly ArrayType[],
  build: (scope: Scope, inputs: readonly Var[]) => readonly Var[],
): Graph {
  const b = graphBuilder();
  const param = b.input(arrayType("float64", []));
  const inputs = types.map((type) => b.input(type));
  return b.build(build(scopeOf(b, random, depth + 1, param, inputs), inputs));
}

/** Adds a variable to what later fragments may read. */
export function keep(scope: Scope, variable: Var): void {
  const { dtype } = arrayTypeOf(variable);
  if (dtype === "float64") scope.floats.push(variable);
  else if (dtype === "int32") scope.ints.push(variable);
  else if (dtype === "bool") scope.bools.push(variable);
}

/** A float of the scope, more often a recent one. */
export function anyFloat({ random, floats }: Scope): Var {
  const recent = floats.slice(-4);
  return random.chance(0.6) ? random.choice(recent) : random.choice(floats);
}

/** A float of the given shape, made from one of the scope. */
export function floatOf(scope: Scope, shape: readonly number[]): Var {
  const fitting = scope.floats.filter((variable) => sameShape(shapeOf(variable), shape));
  if (fitting.length > 0 && scope.random.chance(0.7)) return scope.random.choice(fitting);
  return fitted(scope, anyFloat(scope), shape);
}

/** An int32 array of the given shape. */
export function intOf(scope: Scope, shape: readonly number[]): Var {
  const { b, random, ints } = scope;
  const fitting = ints.filter((variable) => sameShape(shapeOf(variable), shape));
  if (fitting.length > 0) return random.choice(fitting);
  const scaled = binary(scope, "mul", floatOf(scope, shape), number(scope, shape, 2.3));
  return b.one("convert", { dtype: "int32" }, [binary(scope, "add", scaled, number(scope, shape, 2.6))]);
}

/** A bool array of the given shape. */
export function boolOf(scope: Scope, shape: readonly number[]): Var {
  const { b, random, bools } = scope;
  const fitting = bools.filter((variable) => sameShape(shapeOf(variable), shape));
  if (fitting.length > 0 && random.chance(0.5)) return random.choice(fitting);
  return b.one("compare", { relation: random.choice(["lt", "gt"] as const) }, [
    floatOf(scope, shape),
    number(scope, shape, random.uniform(-0.2, 0.2)),
  ]);
}

/** The values of an array in another shape: reshaped, cut, padded, or averaged and repeated. */
export function fitted(scope: Scope, x: Var, shape: readonly number[]): Var {
  const { b } = scope;
  const from = shapeOf(x);
  if (sameShape(from, shape)) return x;
  if (sizeOf(from) === sizeOf(shape)) return b.one("reshape", { shape }, [x]);
  if (from.length === shape.length && from.every((extent, axis) => extent >= (shape[axis] as number))) {
    return b.one("slice", { start: shape.map(() => 0), limit: shape, stride: shape.map(() => 1) }, [x]);
  }
  const axes = from.map((_, axis) => axis);
  const total = from.length === 0 ? x : b.one("reduceSum", { axes }, [x]);
  const mean = from.length === 0 ? x : binary(scope, "mul", total, number(scope, [], 1 / sizeOf(from)));
  if (shape.length === 0) return mean;
  // Weights along one axis: an array of equal elements would hide what exchanges them.
  const ramp = b.one("iota", { type: arrayType("float64", shape), axis: scope.random.integer(0, shape.length) }, []);
  return binary(scope, "mul", b.one("broadcast", { shape, axes: [] }, [mean]), affine(scope, ramp, 0.2, 0.4));
}

/** Within -1 to 1, by a function that is not linear. */
export function bounded(scope: Scope, x: Var): Var {
  return unary(scope, scope.random.choice(["tanh", "sin", "cos"] as const), x);
}

/** A shape of few elements. */
export function smallShape({ random }: Scope, minRank = 0, maxRank = 3): number[] {
  const shape: number[] = [];
  for (let rank = random.integer(minRank, maxRank + 1); rank > 0; rank--) shape.push(random.integer(1, 4));
  return shape;
}

/** A float64 literal. */
export function number({ b }: Scope, shape: readonly number[], value: number): Var {
  return b.literal("float64", shape, value);
}

/** An elementwise function of one operand. */
export function unary({ b }: Scope, op: UnaryName, x: Var): Var {
  return b.one(op, {}, [x]);
}

/** An elementwise function of two operands. */
export function binary({ b }: Scope, op: BinaryName, x: Var, y: Var): Var {
  return b.one(op, {}, [x, y]);
}

/** x * factor + offset, for numbers. */
export function affine(scope: Scope, x: Var, factor: number, offset: number): Var {
  const shape = shapeOf(x);
  return binary(scope, "add", binary(scope, "mul", x, number(scope, shape, factor)), number(scope, shape, offset));
}

/** Shape of an array. */
export function shapeOf(variable: Var): readonly number[] {
  return arrayTypeOf(variable).shape;
}
