import type { LiftableArguments } from "../../trace/treeTypes.js";
import { jacobianPlaces } from "../../compile/sparsity.js";
import { sparsePattern, type SparsePattern } from "./pattern.js";

/**
 * Finds the pattern of the Jacobian of a function by its first argument, from the function's program: at least every derivative that
 * is not 0 for some values of the arguments, of which only the shapes matter. It follows each element through the program; captured
 * index tensors are taken as they are. What is read at computed places, loops of unknown length and solved equations make more
 * entries than there may be; for those give a pattern of your own.
 *
 * @returns rows: elements of the result, all leaves one after another; columns: elements of the argument.
 * @example
 * const pattern = jacobianSparsity(rightHandSide, y, rates);
 * const J = sparseJacobian(rightHandSide, pattern)(y, rates);
 */
export function jacobianSparsity<A extends unknown[]>(
  f: (...args: A) => unknown,
  ...args: LiftableArguments<A>
): SparsePattern {
  return sparsePattern(jacobianPlaces(f, ...args));
}
