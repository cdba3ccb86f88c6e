import type { Problem } from "../../problem.js";
import { along, dot } from "../linear/vectors.js";

/** Where a line search starts and where it goes. */
export interface LineStart {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly direction: Float64Array;
  /** Derivative along the direction at x; negative. */
  readonly slope: number;
}

/** A point x + step * direction. */
export interface LinePoint {
  readonly step: number;
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** Derivative along the direction. */
  readonly slope: number;
}

/**
 * Looks along a line for a point that satisfies the strong Wolfe conditions; null if none was found that is good enough to
 * go on from.
 *
 * @param firstStep - the first one tried, as a multiple of the direction
 * @param maxStep - the longest one; default Infinity
 */
export type LineSearch = (
  problem: Problem,
  start: LineStart,
  firstStep: number,
  maxStep?: number,
) => Promise<LinePoint | null>;

/** The start of a search along a direction. */
export function lineFrom(
  point: { readonly x: Float64Array; readonly value: number; readonly gradient: Float64Array },
  direction: Float64Array,
): LineStart {
  return { ...point, direction, slope: dot(point.gradient, direction) };
}

/** Evaluates a point of the line. */
export async function evaluateAt(problem: Problem, start: LineStart, step: number): Promise<LinePoint> {
  const x = along(start.x, step, start.direction);
  const { value, gradient } = await problem.valueAndGradient(x);
  return { step, x, value, gradient, slope: dot(gradient, start.direction) };
}
