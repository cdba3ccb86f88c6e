import type { Problem } from "../problem.js";

/** Bounds of each coordinate. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** No coordinate has a bound. */
  readonly isFree: boolean;
  /** Every coordinate has both bounds. */
  readonly isWhole: boolean;
}

/** The bounds of a problem. */
export function boundsOf(problem: Problem): Box {
  const lower = problem.lower ?? new Float64Array(problem.size).fill(-Infinity);
  const upper = problem.upper ?? new Float64Array(problem.size).fill(Infinity);
  return {
    lower,
    upper,
    isFree: lower.every((bound) => bound === -Infinity) && upper.every((bound) => bound === Infinity),
    isWhole: lower.every(Number.isFinite) && upper.every(Number.isFinite),
  };
}

/** The nearest point within the box. */
export function project(x: Float64Array, { lower, upper }: Box): Float64Array {
  return x.map((entry, i) => Math.min(Math.max(entry, lower[i]!), upper[i]!));
}

/** P(x - g) - x with the sign of g: zero exactly where no step downhill stays in the box. */
export function projectedGradient(x: Float64Array, gradient: Float64Array, { lower, upper }: Box): Float64Array {
  return gradient.map((entry, i) =>
    entry < 0 ? Math.max(x[i]! - upper[i]!, entry) : Math.min(x[i]! - lower[i]!, entry),
  );
}

/** The longest multiple of a direction that stays in the box. */
export function longestStep(x: Float64Array, direction: Float64Array, { lower, upper }: Box): number {
  let longest = Infinity;
  for (let i = 0; i < x.length; i++) {
    const d = direction[i]!;
    if (d > 0) longest = Math.min(longest, (upper[i]! - x[i]!) / d);
    if (d < 0) longest = Math.min(longest, (lower[i]! - x[i]!) / d);
  }
  return Math.max(0, longest);
}
