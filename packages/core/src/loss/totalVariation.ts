import { ArgumentError } from "../util/errors.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { total } from "./reduce.js";
import {
  checkSpacing,
  checkWeight,
  chosenLeaves,
  namedRegularizer,
  spacing,
  type Regularizer,
  type RegularizerOptions,
} from "./regularizer.js";

/** Options of `totalVariation`. */
export interface TotalVariationOptions<Params> extends RegularizerOptions<Params> {
  /** Slope below which the kink at 0 is rounded off; positive, in the parameter's unit over that of `dx`. */
  readonly epsilon: number;
  /** Distance of neighbours, for all axes or for each. Default 1 / (n - 1): an axis has n points and length 1. */
  readonly dx?: number | readonly number[];
}

/**
 * Total variation, smoothed: alpha / n times the sum of sqrt(|grad c|² + epsilon²) - epsilon over the n points of each floating
 * leaf. It prefers few steep jumps to many gentle slopes. The gradient is of differences to the next point, 0 beyond the end.
 *
 * Source: L. I. Rudin, S. Osher and E. Fatemi, Nonlinear total variation based noise removal algorithms, Physica D 60 (1992),
 * equation (2.2a); smoothed as in C. R. Vogel, Computational Methods for Inverse Problems (2002), section 8.1.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function totalVariation<Params = unknown>(options: TotalVariationOptions<Params>): Regularizer<Params> {
  const { alpha, epsilon, dx } = options;
  checkWeight("totalVariation", "alpha", alpha);
  checkSpacing("totalVariation", dx);
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new ArgumentError({
      what: "totalVariation: epsilon is out of range.",
      got: `epsilon: ${epsilon}`,
      expected: "a positive number: the kink at 0 has no derivative",
    });
  }
  return namedRegularizer("totalVariation", (params) =>
    total(
      chosenLeaves("totalVariation", params, options.of).map(({ tensor }) => {
        const length = np.sqrt(np.add(slopesSquared(tensor, dx), epsilon ** 2));
        return np.mul(np.sum(np.sub(length, epsilon)), alpha / Math.max(1, tensor.size));
      }),
    ),
  );
}

function slopesSquared(c: Tensor, dx: number | readonly number[] | undefined): Tensor {
  return c.shape.reduce((sum, n, axis) => {
    if (n < 2) return sum;
    const widths = c.shape.map((_, other): [number, number] => [0, other === axis ? 1 : 0]);
    const slope = np.div(np.pad(np.diff(c, axis), widths), spacing(dx, axis, n));
    return np.add(sum, np.square(slope));
  }, np.zerosLike(c));
}
