import { arrayTypeOf, freshVar, makeEquation } from "../../ir/builder.js";
import type { Equation, OpName, Params, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import type { DType } from "../../util/dtype.js";
import { sameItems } from "../bodies.js";

/** A variable whose axes are some axes of a larger array, ascending: it is repeated along the others. */
export interface Spread {
  readonly variable: Var;
  readonly axes: readonly number[];
}

/** Collects equations, equal ones once, and knows what each value costs if it alone were computed. */
export interface Emitter {
  readonly equations: Equation[];
  push(equation: Equation): void;
  /** See `costOfOp`; 0 for what nobody noted. */
  costOf(variable: Var): number;
  noteCost(variable: Var, cost: number): void;
  scalar(dtype: DType, value: number): Var;
  /** x op y; where `steady`, both are the same at every step, and it costs nothing in the loop. */
  binary(op: "add" | "sub" | "mul" | "div", x: Var, y: Var, steady: boolean): Var;
  neg(x: Var): Var;
  /** The sum over axes. */
  sum(x: Var, axes: readonly number[]): Var;
  /** Cost of an elementwise op on operands like `like`, or of an addition of all its elements. */
  costOfOp(op: OpName, like: Var): number;
  /** The variable repeated along the axes that `axes` has beyond its own, in an array of shape `shape`. */
  spread(part: Spread, axes: readonly number[], shape: readonly number[]): Var;
}

/** An Emitter of a loop's body. */
export function createEmitter(): Emitter {
  const equations: Equation[] = [];
  const costs = new Map<Var, number>();
  const known = new Map<string, Var>();

  function emit<K extends "literal" | "add" | "sub" | "mul" | "div" | "neg" | "reduceSum" | "broadcast">(
    op: K,
    params: Params[K],
    inputs: readonly Var[],
    type: { readonly dtype: DType; readonly shape: readonly number[] },
    cost: number,
  ): Var {
    const key = `${op} ${inputs.map(({ id }) => id).join()} ${type.dtype} ${type.shape.join()} ${keyOf(params)}`;
    let output = known.get(key);
    if (output === undefined) {
      output = freshVar(arrayType(type.dtype, type.shape));
      known.set(key, output);
      equations.push(makeEquation(op, params, inputs, [output]));
      costs.set(output, cost);
    }
    return output;
  }

  const emitter: Emitter = {
    equations,
    push: (equation) => void equations.push(equation),
    costOf: (variable) => costs.get(variable) ?? 0,
    noteCost: (variable, cost) => void costs.set(variable, cost),
    scalar: (dtype, value) => emit("literal", { type: arrayType(dtype, []), value }, [], { dtype, shape: [] }, 0),
    binary: (op, x, y, steady) =>
      emit(op, {}, [x, y], arrayTypeOf(x), steady ? 0 : costOfBinary(op, x, y, emitter.costOf)),
    neg: (x) => emit("neg", {}, [x], arrayTypeOf(x), emitter.costOf(x) + costOfOp("neg", x)),
    sum(x, axes) {
      const { dtype, shape } = arrayTypeOf(x);
      const type = { dtype, shape: shape.filter((_, axis) => !axes.includes(axis)) };
      return emit("reduceSum", { axes }, [x], type, emitter.costOf(x) + costOfOp("add", x));
    },
    costOfOp,
    spread({ variable, axes: own }, axes, shape) {
      if (sameItems(own, axes)) return variable;
      const target = axes.map((axis) => shape[axis] ?? 1);
      const params = { shape: target, axes: own.map((axis) => axes.indexOf(axis)) };
      const type = { dtype: arrayTypeOf(variable).dtype, shape: target };
      return emit("broadcast", params, [variable], type, emitter.costOf(variable));
    },
  };
  return emitter;
}

/** Cost of x op y with all that it is computed from. */
export function costOfBinary(op: OpName, x: Var, y: Var, costOf: (variable: Var) => number): number {
  return costOf(x) + (x === y ? 0 : costOf(y)) + costOfOp(op, x);
}

/**
 * Cost of an elementwise op: a division is four others, as in `lowering/opClass.ts`. An axis counts as four elements whatever its
 * extent, because the order of factors must not depend on how many elements a batch has.
 */
function costOfOp(op: OpName, like: Var): number {
  return 4 ** arrayTypeOf(like).shape.length * (op === "div" ? 4 : 1);
}

function keyOf(params: object): string {
  return JSON.stringify(params, (_, value: unknown) => (Object.is(value, -0) ? "-0" : value));
}
