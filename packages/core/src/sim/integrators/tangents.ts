import { present } from "../../util/invariant.js";
import { unflatten, type TreeStructure } from "../../util/tree.js";
import { customJvp } from "../../trace/custom/customJvp.js";
import { asProgram, emit } from "../../trace/frame.js";
import { readArguments } from "../../trace/leaves.js";
import type { Tensor } from "../../trace/tensor.js";
import { traceFunction } from "../../trace/traceFunction.js";
import type { Slopes } from "./method.js";

/** The result of a function without arguments, a tree of tensors, as a constant: no mode of differentiation looks into it. */
export function withoutDerivative<R>(label: string, f: () => R): R {
  const result: { structure?: TreeStructure } = {};
  const outputs = asProgram(label, () => {
    const traced = traceFunction(f, readArguments([], `arguments of ${label}`), label);
    result.structure = traced.structure;
    return emit("customCall", { body: traced.graph, derivative: { kind: "constant" } }, traced.captured);
  });
  return unflatten(present(result.structure, "structure of the result"), outputs) as R;
}

/** The values of some tensors with the derivatives of others, which are equal to them. Where no derivative is wanted, the others cost nothing. */
export const withTangentsOf: <T extends Slopes>(values: T, sources: T) => T = customJvp(
  function withTangentsOf(values: Slopes, _sources: Slopes): Slopes {
    return values;
  },
  // the value calls it again: it has a derivative of second order as well
  ([values, sources], [, tangents]) => [withTangentsOf(values, sources), tangents],
) as never;

/** `withTangentsOf` for one tensor. */
export function withTangentOf(value: Tensor, source: Tensor): Tensor {
  return withTangentsOf([value], [source])[0] as Tensor;
}
