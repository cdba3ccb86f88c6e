import { ArgumentError } from "../util/errors.js";
import { isFloat } from "../util/dtype.js";
import { flatten, leafPaths } from "../util/tree.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";

/** A number that says how unlikely parameters are in themselves: float, shape []. Added to a misfit by `regularize`. */
export interface Regularizer<Params = unknown> {
  (params: Params): Tensor;
  readonly name: string;
  /** For one that is half a sum of squares: the numbers r, `[m]`, of which it is |r|² / 2. */
  readonly residual?: (params: Params) => Tensor;
}

/** What every regulariser can be told. */
export interface RegularizerOptions<Params> {
  /** Weight alpha, from 0 on. */
  readonly alpha: number;
  /** The part of the parameters that is meant: a leaf or a tree. Default all of them. */
  readonly of?: (params: Params) => unknown;
}

/** A floating leaf of the parameters. */
export interface ParamLeaf {
  readonly index: number;
  readonly path: string;
  readonly tensor: Tensor;
}

/** Gives a regulariser its name, and its residual if it is half a sum of squares. */
export function namedRegularizer<Params>(
  name: string,
  evaluate: (params: Params) => Tensor,
  residual?: (params: Params) => Tensor,
): Regularizer<Params> {
  Object.defineProperty(evaluate, "name", { value: name });
  if (residual !== undefined) Object.defineProperty(evaluate, "residual", { value: residual, enumerable: true });
  return evaluate as Regularizer<Params>;
}

/**
 * The floating leaves that a regulariser works on.
 *
 * @throws ArgumentError if there is none.
 */
export function chosenLeaves<Params>(
  owner: string,
  params: Params,
  of: ((params: Params) => unknown) | undefined,
): readonly ParamLeaf[] {
  const { leaves, structure } = flatten(of === undefined ? params : of(params));
  const paths = leafPaths(structure);
  const chosen = leaves.flatMap((value, index): ParamLeaf[] => {
    const tensor = np.asarray(value as TensorLike);
    return isFloat(tensor.dtype) ? [{ index, path: paths[index] ?? "", tensor }] : [];
  });
  if (chosen.length > 0) return chosen;
  throw new ArgumentError({
    what: `${owner}: there is nothing to regularise.`,
    got: "parameters without a floating leaf",
    expected: "at least one float64 or float32 tensor",
    fix: "let `of` choose one.",
  });
}

/** Demands a number from 0 on. @throws ArgumentError */
export function checkWeight(owner: string, option: string, value: number): void {
  if (value >= 0 && value < Infinity) return;
  throw new ArgumentError({
    what: `${owner}: ${option} is out of range.`,
    got: `${option}: ${value}`,
    expected: "a number from 0 on",
  });
}

/** Distance of neighbours along an axis of n points: the option, or 1 / (n - 1), which gives the axis length 1. */
export function spacing(dx: number | readonly number[] | undefined, axis: number, n: number): number {
  return (typeof dx === "object" ? dx[axis] : dx) ?? 1 / Math.max(1, n - 1);
}

/** Demands positive distances. @throws ArgumentError */
export function checkSpacing(owner: string, dx: number | readonly number[] | undefined): void {
  const given = dx === undefined ? [] : typeof dx === "number" ? [dx] : dx;
  const wrong = given.find((each) => !(each > 0 && each < Infinity));
  if (wrong === undefined) return;
  throw new ArgumentError({ what: `${owner}: dx is out of range.`, got: `dx: ${wrong}`, expected: "positive numbers" });
}
