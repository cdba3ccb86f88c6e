import { present } from "../../util/invariant.js";
import { unflatten, type TreeStructure } from "../../util/tree.js";
import { asProgram, emit } from "../frame.js";
import { argumentTensors, readArguments } from "../leaves.js";
import { traceFunction, type AnyFunction } from "../traceFunction.js";
import type { LiftableArguments, Tensors } from "../treeTypes.js";

/**
 * The same function, of which reverse mode keeps the arguments alone: what else its derivative needs is computed again on the way
 * back. It trades time for memory, where a function has large values inside. (Loops choose what they keep themselves: see `keep`.)
 *
 * @example
 * const loss = (w: Tensor) => checkpoint(layer)(checkpoint(layer)(w)).sum();
 */
export function checkpoint<A extends unknown[], R>(
  f: (...args: A) => R,
): (...args: LiftableArguments<A>) => Tensors<R> {
  const label = f.name === "" ? "a function of checkpoint" : `checkpoint(${f.name})`;
  return (...args) => {
    const tree = readArguments(args, `arguments of ${label}: `);
    const result: { structure?: TreeStructure } = {};
    const outputs = asProgram(label, () => {
      const traced = traceFunction(f as unknown as AnyFunction, tree, label);
      result.structure = traced.structure;
      return emit("customCall", { body: traced.graph, derivative: { kind: "recompute" } }, [
        ...argumentTensors(tree, traced.types),
        ...traced.captured,
      ]);
    });
    return unflatten(present(result.structure, "structure of the result"), outputs) as Tensors<R>;
  };
}
