import type { Builder } from "../../ir/builder.js";
import { arrayTypeOf, graphBuilder } from "../../ir/builder.js";
import type { Relation, Var } from "../../ir/types.js";
import { at } from "../bodies.js";
import { keepAll } from "./pair.js";

/** What a body is built from: its own builder, and its names for the constants and carries that the loop was given. */
export type Step = (b: Builder, consts: readonly Var[], carry: readonly Var[]) => readonly Var[];

/** Emits a loop of `trips` steps (int32 scalar) over a carry; returns the last carry. */
export function repeat(
  b: Builder,
  trips: Var,
  consts: readonly Var[],
  carry: readonly Var[],
  step: Step,
): readonly Var[] {
  const inner = graphBuilder();
  const innerConsts = consts.map(({ type }) => inner.input(type));
  const innerCarry = carry.map(({ type }) => inner.input(type));
  const body = inner.build(step(inner, innerConsts, innerCarry));
  const params = { length: null, reverse: false, nConst: consts.length, nCarry: carry.length, yHistory: [] };
  return b.emit("scan", { ...params, body, keep: keepAll }, [trips, ...consts, ...carry]);
}

/** Emits a loop that goes on while `goesOn` (a bool scalar) holds of its constants and carry; returns the last carry. */
export function whilst(
  b: Builder,
  consts: readonly Var[],
  carry: readonly Var[],
  goesOn: (b: Builder, consts: readonly Var[], carry: readonly Var[]) => Var,
  step: Step,
): readonly Var[] {
  const bodies = [(...all: Parameters<Step>): readonly Var[] => [goesOn(...all)], step].map((make) => {
    const inner = graphBuilder();
    const innerConsts = consts.map(({ type }) => inner.input(type));
    const innerCarry = carry.map(({ type }) => inner.input(type));
    return inner.build(make(inner, innerConsts, innerCarry));
  });
  const params = { nCondConst: consts.length, nConst: consts.length, nCarry: carry.length, keep: keepAll };
  const outputs = b.emit("while", { ...params, cond: at(bodies, 0), body: at(bodies, 1) }, [
    ...consts,
    ...consts,
    ...carry,
  ]);
  return outputs.slice(0, carry.length);
}

/** An int32 scalar. */
export function int(b: Builder, value: number): Var {
  return b.literal("int32", [], value);
}

/** x + y of scalars of one dtype; a number is a literal. */
export function plus(b: Builder, x: Var, y: Var | number): Var {
  return b.one("add", {}, [x, scalar(b, x, y)]);
}

/** x - y of scalars of one dtype; a number is a literal. */
export function minus(b: Builder, x: Var, y: Var | number): Var {
  return b.one("sub", {}, [x, scalar(b, x, y)]);
}

/** max(x, y) of scalars. */
export function atLeast(b: Builder, x: Var, y: Var | number): Var {
  return b.one("max", {}, [x, scalar(b, x, y)]);
}

/** Compares two scalars. */
export function holds(b: Builder, x: Var, relation: Relation, y: Var | number): Var {
  return b.one("compare", { relation }, [x, scalar(b, x, y)]);
}

/** a where the bool scalar holds, c elsewhere. */
export function either(b: Builder, predicate: Var, a: Var, c: Var | number): Var {
  return b.one("select", {}, [predicate, a, scalar(b, a, c)]);
}

function scalar(b: Builder, like: Var, value: Var | number): Var {
  return typeof value === "number" ? b.literal(arrayTypeOf(like).dtype, [], value) : value;
}
