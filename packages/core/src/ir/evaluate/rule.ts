import { InternalError } from "../../util/errors.js";
import type { Graph, OpName, Params } from "../types.js";
import type { ArrayValue, Value } from "../values.js";

/** Runs a body. */
export type RunGraph = (graph: Graph, inputs: readonly Value[]) => readonly Value[];

/** Values of the outputs of one op. `run` is for the ops that have bodies. */
export type EvaluateRule<K extends OpName> = (
  params: Params[K],
  inputs: readonly Value[],
  run: RunGraph,
) => readonly Value[];

/** Evaluation rules for some ops. */
export type EvaluateRules<K extends OpName> = { readonly [P in K]: EvaluateRule<P> };

/** Operand `position`, which type inference knows to be an array. */
export function arrayOperand(inputs: readonly Value[], position: number): ArrayValue {
  const value = inputs[position];
  if (value === undefined) throw new InternalError(`operand ${position} is missing`);
  if (value.kind !== "array") throw new InternalError(`operand ${position} is a ${value.kind}, not an array`);
  return value;
}
