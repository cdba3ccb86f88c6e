import { ArgumentError } from "../util/errors.js";
import { expectSameStructure, flatten, structureOf } from "../util/tree.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { total } from "./reduce.js";
import {
  checkWeight,
  chosenLeaves,
  namedRegularizer,
  type Regularizer,
  type RegularizerOptions,
} from "./regularizer.js";

/** Options of `boxBarrier`: at least one bound. Numbers for all, or trees built as what is chosen. */
export interface BoxBarrierOptions<Params> extends RegularizerOptions<Params> {
  readonly lower?: unknown;
  readonly upper?: unknown;
}

/**
 * A wall of logarithms: -alpha / n times the sum of log(c - lower) + log(upper - c) over the n numbers of each floating leaf.
 * On a bound and beyond it is Infinity, with a derivative of 0, so that a line search turns back.
 *
 * Source: J. Nocedal and S. J. Wright, Numerical Optimization (2nd ed. 2006), equation (19.5).
 *
 * @throws ArgumentError if no bound is given or alpha is out of range; TreeError, when called, if bounds are not built as what
 * is chosen.
 */
export function boxBarrier<Params = unknown>(options: BoxBarrierOptions<Params>): Regularizer<Params> {
  const { alpha, lower, upper } = options;
  checkWeight("boxBarrier", "alpha", alpha);
  if (lower === undefined && upper === undefined) {
    throw new ArgumentError({
      what: "boxBarrier wants a bound.",
      got: "neither",
      expected: "`lower`, `upper` or both",
    });
  }
  if (typeof lower === "number" && typeof upper === "number" && !(lower < upper)) {
    throw new ArgumentError({
      what: "boxBarrier: the bounds leave no room.",
      got: `lower: ${lower}, upper: ${upper}`,
      expected: "a lower bound below the upper one",
    });
  }
  return namedRegularizer("boxBarrier", (params) => {
    const bound = boundsFor(options.of === undefined ? params : options.of(params));
    const low = bound("lower", lower);
    const high = bound("upper", upper);
    return total(
      chosenLeaves("boxBarrier", params, options.of).map(({ tensor, index }) => {
        const gaps = [
          ...(low === null ? [] : [np.sub(tensor, np.astype(low(index), tensor.dtype))]),
          ...(high === null ? [] : [np.sub(np.astype(high(index), tensor.dtype), tensor)]),
        ];
        const walls = gaps.map((gap) => np.sum(logOrMinusInfinity(gap)));
        return np.mul(total(walls), -alpha / Math.max(1, tensor.size));
      }),
    );
  });
}

/** Reads a bound against the tree that it bounds: what gives the bound of a leaf, or null without one. */
function boundsFor(tree: unknown) {
  return (name: string, bound: unknown): ((index: number) => Tensor) | null => {
    if (bound === undefined) return null;
    if (typeof bound === "number") return () => np.array(bound);
    const given = flatten(bound);
    expectSameStructure(
      "boxBarrier: the bounds are not built as the parameters are.",
      { name: "parameters", structure: structureOf(tree) },
      { name, structure: given.structure },
    );
    return (index) => np.asarray(given.leaves[index] as TensorLike);
  };
}

function logOrMinusInfinity(gap: Tensor): Tensor {
  const inside = np.greater(gap, 0);
  // The logarithm is taken of 1 outside: its slope there, times 0, could be NaN.
  return np.where(inside, np.log(np.where(inside, gap, 1)), -Infinity);
}
