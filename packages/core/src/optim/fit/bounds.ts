import { ArgumentError, UnsupportedError } from "../../util/errors.js";
import type { Bounds } from "./options.js";
import type { Unknowns } from "./unknowns.js";

/** Bounds as vectors; null without bounds. */
export interface Limits {
  readonly lower: Float64Array | null;
  readonly upper: Float64Array | null;
}

/**
 * Reads bounds.
 *
 * @param isTransformed - whether the optimizer works in other coordinates, in which the bounds of parameters are none
 * @throws ArgumentError where they cross, are not numbers, or leave the start outside; UnsupportedError with other coordinates.
 */
export function readBounds(bounds: Bounds<unknown> | undefined, unknowns: Unknowns, isTransformed: boolean): Limits {
  if (bounds === undefined || (bounds.lower === undefined && bounds.upper === undefined))
    return { lower: null, upper: null };
  if (isTransformed) {
    throw new UnsupportedError({
      what: "fit: bounds cannot be kept together with a metric or a parametrization.",
      got: "both",
      expected: "one of them",
      fix: "take boxParametrization in place of bounds, or leave out the metric.",
    });
  }
  const lower = unknowns.spread(bounds.lower ?? -Infinity, "bounds.lower");
  const upper = unknowns.spread(bounds.upper ?? Infinity, "bounds.upper");
  for (const { path, offset, length } of unknowns.parts) {
    for (let i = offset; i < offset + length; i++) {
      const [low, high, start] = [lower[i]!, upper[i]!, unknowns.start[i]!];
      const place = length === 1 ? path : `${path} at element ${i - offset}`;
      const data = { path: `params${path}`, element: i - offset };
      if (!(low <= high)) {
        throw new ArgumentError({
          what: "fit: bounds cross.",
          got: `lower ${low}, upper ${high} for params${place}`,
          expected: "lower at most upper",
          data,
        });
      }
      if (start >= low && start <= high) continue;
      throw new ArgumentError({
        what: "fit: the start lies outside of the bounds.",
        got: `${start} in params${place}`,
        expected: `${low} to ${high}`,
        fix: "start inside, for instance from np.clip(start, lower, upper).",
        data,
      });
    }
  }
  return { lower, upper };
}
