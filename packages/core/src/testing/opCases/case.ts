import type { Builder } from "../../ir/builder.js";
import { graphBuilder } from "../../ir/builder.js";
import type { ArrayType, Graph, OpName, Var } from "../../ir/types.js";
import { arrayType, sizeOf } from "../../ir/types.js";
import type { ArrayValue } from "../../ir/values.js";
import { arrayValue } from "../../ir/values.js";
import type { DType } from "../../util/dtype.js";
import { allocate } from "../../util/dtype.js";
import { randomArray, seededRandom } from "../random.js";

/** A small Graph around one operation, and a point to evaluate it at. */
export interface OpCase {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: readonly ArrayValue[];
  /** Of finite differences; for what is computed in float32. */
  readonly tolerance?: number;
}

/** Instances of each of the named operations. */
export type OpCases<Names extends OpName> = { readonly [K in Names]: readonly [OpCase, OpCase, ...OpCase[]] };

/** A case whose Graph takes inputs of the types of `inputs`. */
export function opCase(
  name: string,
  inputs: readonly ArrayValue[],
  body: (b: Builder, ...variables: Var[]) => Var | readonly Var[],
  tolerance?: number,
): OpCase {
  const graph = program(inputs.map(typeOf), body);
  return { name, graph, inputs, ...(tolerance === undefined ? {} : { tolerance }) };
}

/** A Graph from the types of its inputs and a function that emits it. */
export function program(
  types: readonly ArrayType[],
  body: (b: Builder, ...variables: Var[]) => Var | readonly Var[],
): Graph {
  const b = graphBuilder();
  const outputs = body(b, ...types.map((type) => b.input(type)));
  return b.build(Array.isArray(outputs) ? (outputs as readonly Var[]) : [outputs as Var]);
}

/** The type of an array. */
export function typeOf(value: ArrayValue): ArrayType {
  return arrayType(value.dtype, value.shape);
}

/** Random float64 numbers. */
export function floats(seed: number, shape: readonly number[], low = -1, high = 1): ArrayValue {
  return randomArray(seededRandom(seed), arrayType("float64", shape), low, high);
}

/** An array of the given numbers. */
export function numbers(dtype: DType, shape: readonly number[], values: readonly number[]): ArrayValue {
  const data = allocate(dtype, sizeOf(shape));
  data.set(values);
  return arrayValue(dtype, shape, data);
}

/** A float64 scalar. */
export const f64: ArrayType = arrayType("float64", []);
/** An int32 scalar. */
export const i32: ArrayType = arrayType("int32", []);

/** float64 of a shape. */
export function f64s(...shape: number[]): ArrayType {
  return arrayType("float64", shape);
}
