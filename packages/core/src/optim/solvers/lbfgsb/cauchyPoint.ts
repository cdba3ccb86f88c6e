import { multiply } from "../linear/matrices.js";
import { addScaled, dot } from "../linear/vectors.js";
import type { Box } from "../box.js";
import { rowOf, toColumns, type CompactModel } from "./compactModel.js";

/** The generalized Cauchy point. */
export interface CauchyPoint {
  readonly x: Float64Array;
  /** Wᵀ (x - start). */
  readonly c: Float64Array;
  /** Whether each coordinate is off its bounds there. */
  readonly free: readonly boolean[];
}

/**
 * The first minimum of the model along the projected gradient path, piece by piece from one bound to the next: Byrd, Lu,
 * Nocedal and Zhu 1995, Algorithm CP.
 *
 * @returns null where the model is not convex along the path, by rounding
 */
export function cauchyPoint(
  start: Float64Array,
  gradient: Float64Array,
  model: CompactModel,
  box: Box,
): CauchyPoint | null {
  const n = start.length;
  const { theta } = model;
  const x = start.slice();
  const direction = new Float64Array(n);
  const breaks: { readonly at: number; readonly i: number }[] = [];
  const free = Array.from({ length: n }, () => true);
  for (let i = 0; i < n; i++) {
    const g = gradient[i]!;
    const bound = g < 0 ? box.upper[i]! : box.lower[i]!;
    const at = g === 0 ? Infinity : (start[i]! - bound) / g;
    if (at > 0) direction[i] = -g;
    else free[i] = false;
    if (at > 0 && at < Infinity) breaks.push({ at, i });
  }
  breaks.sort((a, b) => a.at - b.at);

  const p = toColumns(model, direction);
  const c = new Float64Array(model.size);
  let first = -dot(direction, direction);
  if (first === 0) return { x, c, free };
  let second = -theta * first - dot(p, multiply(model.middle, p));
  const least = Number.EPSILON * Math.abs(second);
  let best = -first / second;
  let reached = 0;
  for (const { at, i } of breaks) {
    const length = at - reached;
    if (best < length) break;
    const d = direction[i]!;
    const bound = d > 0 ? box.upper[i]! : box.lower[i]!;
    const z = bound - start[i]!;
    x[i] = bound;
    free[i] = false;
    addScaled(c, length, p);
    const row = rowOf(model, i);
    const g = gradient[i]!;
    const weighted = multiply(model.middle, row);
    first += length * second + g * g + theta * g * z - g * dot(weighted, c);
    second += -theta * g * g - 2 * g * dot(weighted, p) - g * g * dot(weighted, row);
    second = Math.max(second, least);
    addScaled(p, g, row);
    direction[i] = 0;
    best = -first / second;
    reached = at;
  }
  if (Number.isNaN(best)) return null;
  best = direction.every((entry) => entry === 0) ? 0 : Math.max(best, 0);
  addScaled(c, best, p);
  for (let i = 0; i < n; i++) if (direction[i] !== 0) x[i] = start[i]! + (reached + best) * direction[i]!;
  return { x, c, free };
}
