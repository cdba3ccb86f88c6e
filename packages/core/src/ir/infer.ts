import type { InferRules } from "./infer/checks.js";
import { controlRules } from "./infer/control.js";
import { customRules } from "./infer/custom.js";
import { elementwiseRules } from "./infer/elementwise.js";
import { indexingRules } from "./infer/indexing.js";
import { reduceRules } from "./infer/reduce.js";
import { shapeRules } from "./infer/shape.js";
import type { OpName, Params, Type } from "./types.js";

const rules: InferRules<OpName> = {
  ...elementwiseRules,
  ...shapeRules,
  ...reduceRules,
  ...indexingRules,
  ...controlRules,
  ...customRules,
};

/** All operations. */
export const opNames: readonly OpName[] = Object.freeze(Object.keys(rules) as OpName[]);

/**
 * Types of the outputs of one operation. Every rank, extent, dtype and parameter is checked, bodies included (at their
 * interface). Empty arrays are legal.
 *
 * @throws ShapeError where ranks, extents, axes or kinds of values do not fit.
 * @throws DTypeError where dtypes do not fit.
 * @throws InternalError where the number of operands is wrong, which no user's program can cause.
 */
export function infer<K extends OpName>(op: K, params: Params[K], inputs: readonly Type[]): readonly Type[] {
  return rules[op](params, inputs);
}
