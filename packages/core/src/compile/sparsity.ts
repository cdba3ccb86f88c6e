import { isFloat } from "../util/dtype.js";
import { present } from "../util/invariant.js";
import { arrayValue } from "../ir/values.js";
import { sizeOf } from "../ir/types.js";
import { dependenceOf } from "../transforms/sparsity/sparsity.js";
import { elementsOf } from "../trace/frame.js";
import { readArguments } from "../trace/leaves.js";
import { isTraced } from "../trace/tensor.js";
import { traceFunction, type AnyFunction } from "../trace/traceFunction.js";
import type { LiftableArguments } from "../trace/treeTypes.js";
import { argumentRange } from "./grad.js";
import { nameOf } from "./jit.js";

/** Where the derivatives of a function's results by its first argument can be other than 0. */
export interface JacobianPlaces {
  /** Number of elements of the result, all leaves one after another, and of the first argument. */
  readonly shape: readonly [results: number, arguments: number];
  /** Element of the result of each place, ascending. */
  readonly rows: Int32Array;
  /** Element of the argument of each place, ascending in each row. */
  readonly columns: Int32Array;
}

/**
 * Finds which elements of its first argument each element of a function's result can depend on, from the function's program alone:
 * the values of the arguments do not matter, their shapes do. Captured tensors, such as index tables, are taken as they are. Where
 * the program reads at places that it computes, or solves equations, all of what may be involved counts.
 */
export function jacobianPlaces<A extends unknown[]>(
  f: (...args: A) => unknown,
  ...args: LiftableArguments<A>
): JacobianPlaces {
  const label = `jacobianSparsity(${nameOf(f as unknown as AnyFunction)})`;
  const tree = readArguments(args, `arguments of ${label}: `);
  const traced = traceFunction(f as unknown as AnyFunction, tree, label);
  const { first, size } = argumentRange(tree, 0, label);
  let count = 0;
  const seeds = traced.graph.inputs.map((_, i) => {
    const type = traced.types[i];
    if (type !== undefined) {
      const isVariable = i >= first && i < first + size;
      const start = count;
      if (isVariable) count += sizeOf(type.shape);
      const numbers =
        isVariable && isFloat(type.dtype)
          ? Int32Array.from({ length: sizeOf(type.shape) }, (__, element) => start + element)
          : null;
      return { numbers, value: null };
    }
    const tensor = present(traced.captured[i - traced.types.length], "captured tensor");
    return {
      numbers: null,
      value: isTraced(tensor) ? null : arrayValue(tensor.dtype, tensor.shape, elementsOf(tensor)),
    };
  });
  const sets = dependenceOf(traced.graph, seeds).flat();
  const rows = Int32Array.from(sets.flatMap((set, row) => Array.from(set, () => row)));
  return { shape: [sets.length, count], rows, columns: Int32Array.from(sets.flatMap((set) => Array.from(set))) };
}
