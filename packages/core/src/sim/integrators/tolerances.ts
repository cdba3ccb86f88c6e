import { ShapeError } from "../../util/errors.js";
import { readArguments } from "../../trace/leaves.js";
import { castTensor, showShape } from "../../trace/operands.js";
import { isTraced, type Tensor, type TensorLike } from "../../trace/tensor.js";
import { checkPositive, expectLikeState, type Start } from "./problem.js";

/** Absolute tolerances of a state: one number for all entries, or a tree like the state, of numbers or of tensors that broadcast to its leaves. */
export type AbsoluteTolerance = TensorLike | AbsoluteTolerances;

/** See `AbsoluteTolerance`. */
export type AbsoluteTolerances = readonly AbsoluteTolerance[] | { readonly [key: string]: AbsoluteTolerance };

/** Relative and absolute tolerance of each entry of the state. */
export interface Tolerances {
  readonly rtol: number;
  /** One for each leaf, which broadcasts to it. */
  readonly atol: readonly (number | Tensor)[];
}

/**
 * Reads the tolerances of a run.
 *
 * @throws ArgumentError where one is not positive; TreeError, ShapeError where they do not fit the state.
 */
export function readTolerances(owner: string, rtol: number, atol: AbsoluteTolerance, start: Start): Tolerances {
  checkPositive(owner, "rtol", rtol);
  if (typeof atol === "number") {
    checkPositive(owner, "atol", atol);
    return { rtol, atol: start.leaves.map(() => atol) };
  }
  const { leaves, structure } = readArguments(atol, "atol");
  expectLikeState(owner, "atol", start, structure);
  const own = leaves.map(({ tensor }, i) => {
    if (!isTraced(tensor)) for (const value of tensor.data) checkPositive(owner, "atol", Number(value));
    expectFits(owner, tensor, start.leaves[i] as Tensor);
    return castTensor(tensor, start.dtype);
  });
  return { rtol, atol: own };
}

function expectFits(owner: string, tolerance: Tensor, leaf: Tensor): void {
  const fits =
    tolerance.ndim <= leaf.ndim &&
    tolerance.shape.every((extent, i) => extent === 1 || extent === leaf.shape[leaf.ndim - tolerance.ndim + i]);
  if (fits) return;
  throw new ShapeError({
    what: `${owner}: atol does not fit the state.`,
    got: showShape(tolerance.shape),
    expected: `what broadcasts to ${showShape(leaf.shape)}`,
  });
}
