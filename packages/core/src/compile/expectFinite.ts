import { isFloat, type TypedArray } from "../util/dtype.js";
import { NumericalError } from "../util/errors.js";
import { leafPaths } from "../util/tree.js";
import { findNonFinite, type NonFinite } from "../ir/findNonFinite.js";
import { recordOrigins } from "../ir/origins.js";
import type { Graph } from "../ir/types.js";
import { arrayValue } from "../ir/values.js";
import { withoutEffects } from "../transforms/graphs.js";
import type { ArgumentTree } from "../trace/leaves.js";
import { traceFunction, type AnyFunction, type Traced } from "../trace/traceFunction.js";

/**
 * Demands that what a program returned is finite.
 * @param inputsOf the arguments, as a program that is traced again takes them
 * @throws NumericalError that names the op which made the first value that is not, the step of the loop, and the line of the user's code.
 */
export function expectFinite(
  results: readonly TypedArray[],
  traced: Traced,
  tree: ArgumentTree,
  implementation: { readonly label: string; readonly whole: AnyFunction },
  inputsOf: (tree: ArgumentTree, traced: Traced) => readonly TypedArray[],
): void {
  const bad = results.findIndex((data, i) => isFloatOutput(traced.graph, i) && !data.every(Number.isFinite));
  if (bad < 0) return;
  const path = leafPaths(traced.structure)[bad] ?? "";
  const again = recordOrigins(() => traceFunction(implementation.whole, tree, implementation.label));
  const data = inputsOf(tree, again);
  const inputs = again.graph.inputs.map(({ type }, i) =>
    arrayValue(
      type.kind === "array" ? type.dtype : "float64",
      type.kind === "array" ? type.shape : [],
      data[i] as TypedArray,
    ),
  );
  const found = findNonFinite(withoutEffects(again.graph), inputs);
  throw new NumericalError({
    what: `${implementation.label} returned a value that is not finite (result${path}). ${found === null ? "" : told(found, tree)}`.trim(),
    fix: "look at the operands there; where a function is not defined, keep them out of it with `np.where` before it, not after.",
    data: { result: path, ...(found === null ? {} : { found }) },
  });
}

function isFloatOutput(graph: Graph, i: number): boolean {
  const type = graph.outputs[i]?.type;
  return type?.kind === "array" && isFloat(type.dtype);
}

function told({ op, path, value, index, operands, origin, input }: NonFinite, tree: ArgumentTree): string {
  const place = index.length === 0 ? "" : ` at [${index.join(", ")}]`;
  const where = path.length === 0 ? "" : ` in ${path.slice().reverse().join(", in ")}`;
  if (input !== null) {
    const name = leafPaths(tree.structure)[input];
    return `It came in: ${value}${place} of ${name === undefined ? "a tensor that the function captures" : `argument${name}`}.`;
  }
  const of = operands.length === 0 ? "" : ` of ${operands.join(", ")}`;
  return `${value} first came out of \`${op}\`${of}${place}${where}${origin === null ? "" : `, from ${origin}`}.`;
}
