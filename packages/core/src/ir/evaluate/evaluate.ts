import type { OpName, Params } from "../types.js";
import type { Value } from "../values.js";
import { controlEvaluation } from "./control.js";
import { customEvaluation } from "./custom.js";
import { elementwiseEvaluation } from "./elementwise.js";
import { indexingEvaluation } from "./indexing.js";
import { reduceEvaluation } from "./reduce.js";
import type { EvaluateRules, RunGraph } from "./rule.js";
import { shapeEvaluation } from "./shape.js";

const rules: EvaluateRules<OpName> = {
  ...elementwiseEvaluation,
  ...shapeEvaluation,
  ...reduceEvaluation,
  ...indexingEvaluation,
  ...controlEvaluation,
  ...customEvaluation,
};

/** The outputs of one op; `run` evaluates its bodies. Operands fit the op's types (see `infer`), which is not checked. */
export function evaluate<K extends OpName>(
  op: K,
  params: Params[K],
  inputs: readonly Value[],
  run: RunGraph,
): readonly Value[] {
  return rules[op](params, inputs, run);
}
