import { ArgumentError, ShapeError } from "../util/errors.js";
import { expectSameStructure, flatten, structureOf } from "../util/tree.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { joined, total } from "./reduce.js";
import {
  checkSpacing,
  checkWeight,
  chosenLeaves,
  namedRegularizer,
  spacing,
  type Regularizer,
  type RegularizerOptions,
} from "./regularizer.js";
import { checkShapes } from "./shapes.js";

/** Options of `tikhonov`. */
export interface TikhonovOptions<Params> extends RegularizerOptions<Params> {
  /** Order k of the derivative that is to be small: 0 the parameter itself, 1 its slope, 2 its curvature ... Default 2. */
  readonly order?: number;
  /** Distance of neighbours, for all axes or for each. Default 1 / (n - 1): an axis has n points and length 1. */
  readonly dx?: number | readonly number[];
  /** Axes along which derivatives are taken; default all. */
  readonly axes?: readonly number[];
  /** What the parameters are compared with, built as what is chosen; default 0. */
  readonly reference?: unknown;
}

/**
 * Tikhonov's regularisation: alpha / (2 n) |Dᵏ c|² for each floating leaf c of n numbers, where Dᵏ is the difference of order k
 * along an axis, without the ends, over dxᵏ. Along several axes the squares are added.
 *
 * Source: A. N. Tikhonov and V. Y. Arsenin, Solutions of Ill-Posed Problems (1977), chapter II; in differences: P. C. Hansen,
 * Discrete Inverse Problems (2010), section 8.2.
 *
 * @throws ArgumentError if an option is out of range; ShapeError, when called, if an axis is too short for the order.
 * @example
 * ```ts
 * regularize(halfSquared(observed), tikhonov({ alpha: 1e-4, order: 2, of: ({ speed }: Params) => speed }));
 * ```
 */
export function tikhonov<Params = unknown>(options: TikhonovOptions<Params>): Regularizer<Params> {
  const { alpha, order = 2, dx, axes, reference } = options;
  checkWeight("tikhonov", "alpha", alpha);
  checkSpacing("tikhonov", dx);
  if (!Number.isInteger(order) || order < 0) {
    throw new ArgumentError({
      what: "tikhonov: there is no such order.",
      got: `order: ${order}`,
      expected: "a whole number from 0 on",
    });
  }
  const parts = (params: Params): readonly Part[] => {
    const chosen = chosenLeaves("tikhonov", params, options.of);
    const origin = reference === undefined ? null : flatten(reference);
    if (origin !== null) {
      expectSameStructure(
        "tikhonov: the reference is not built as what is regularised.",
        { name: "parameters", structure: structureOf(options.of === undefined ? params : options.of(params)) },
        { name: "reference", structure: origin.structure },
      );
    }
    return chosen.flatMap(({ tensor, path, index }) => {
      const other = origin === null ? null : np.asarray(origin.leaves[index] as TensorLike);
      if (other !== null) checkShapes("tikhonov", `reference${path}`, other, `params${path}`, tensor);
      const c = other === null ? tensor : np.sub(tensor, np.astype(other, tensor.dtype));
      return derivatives(c, path, order, axes).map(({ difference, axis, n }) => ({
        difference,
        factor: alpha / (c.size * spacing(dx, axis, n) ** (2 * order)),
      }));
    });
  };
  return namedRegularizer(
    `tikhonov(order ${order})`,
    (params) =>
      total(parts(params).map(({ difference, factor }) => np.mul(np.sum(np.square(difference)), 0.5 * factor))),
    (params) => joined(parts(params).map(({ difference, factor }) => np.mul(difference, Math.sqrt(factor)))),
  );
}

interface Part {
  readonly difference: Tensor;
  /** What half its squares are multiplied by. */
  readonly factor: number;
}

interface Derivative {
  readonly difference: Tensor;
  readonly axis: number;
  readonly n: number;
}

function derivatives(
  c: Tensor,
  path: string,
  order: number,
  axes: readonly number[] | undefined,
): readonly Derivative[] {
  if (order === 0) return [{ difference: c, axis: 0, n: 1 }];
  const along = axes ?? c.shape.map((_, axis) => axis);
  if (along.length === 0) throw tooShort(c, path, order);
  return along.map((given) => {
    const axis = given < 0 ? given + c.shape.length : given;
    const n = c.shape[axis];
    if (n === undefined || n <= order) throw tooShort(c, path, order);
    let difference = c;
    for (let k = 0; k < order; k++) difference = np.diff(difference, axis);
    return { difference, axis, n };
  });
}

function tooShort(c: Tensor, path: string, order: number): ShapeError {
  return new ShapeError({
    what: `tikhonov: there is no difference of order ${order} of a leaf.`,
    got: `params${path} of shape [${c.shape.join(", ")}]`,
    expected: `axes of at least ${order + 1} points`,
    fix: "let `of` choose the leaves and `axes` the axes, or use order 0.",
  });
}
