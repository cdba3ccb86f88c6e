import { arrayValue } from "../ir/values.js";
import { elementsOf } from "../trace/frame.js";
import { argumentTensors, readArguments } from "../trace/leaves.js";
import { traceFunction, type AnyFunction } from "../trace/traceFunction.js";
import type { LiftableArguments } from "../trace/treeTypes.js";
import { checkGraphGradients } from "./finiteDifferences.js";

/** Options of `checkGrads`. */
export interface CheckGradsOptions {
  /** How often the derivative is taken: 1 checks first derivatives, 2 (the default) second ones as well. */
  readonly order?: number;
  /** Largest difference from central differences, relative to 1 + the largest element. Default 1e-6. */
  readonly tolerance?: number;
  /** Seed of the random directions. */
  readonly seed?: number;
}

/**
 * Checks the derivatives of a function of float64 tensors at a point, in forward and in reverse mode: against finite differences, and
 * one against the other by the dot-product test.
 *
 * @throws GradientMismatch where two ways to compute a derivative differ.
 * @example
 * checkGrads((x: Tensor) => x.sin().sum(), [np.linspace(0, 1, 5)]);
 */
export function checkGrads<A extends unknown[]>(
  f: (...args: A) => unknown,
  args: LiftableArguments<A>,
  options: CheckGradsOptions = {},
): void {
  const { order = 2, tolerance = 1e-6, seed = 1 } = options;
  const tree = readArguments(args, "arguments of checkGrads: ");
  const { graph, types, captured } = traceFunction(f as unknown as AnyFunction, tree, "checkGrads");
  const operands = [...argumentTensors(tree, types), ...captured];
  const values = operands.map((tensor) => arrayValue(tensor.dtype, tensor.shape, elementsOf(tensor).slice()));
  const active = values.map((_, i) => i < types.length);
  checkGraphGradients(graph, values, { active, order, tolerance, seed });
}
