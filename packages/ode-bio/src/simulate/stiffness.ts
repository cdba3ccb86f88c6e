import { dormandPrince5 } from "@simgrad/core";
import type { Network } from "../network/types.js";
import { fixedValues, runScope, startScope, storedAtStart } from "../network/start.js";

/** Evaluations of slopes that a probe may cost. */
const budget = 1500;

/** Relative tolerance of the probe: what is only accuracy takes large steps. */
const tolerance = 1e-3;

/**
 * Product of step and largest eigenvalue at which steps are at the border of what is stable (Hairer and Wanner,
 * Solving ODEs II, section IV.2).
 */
const border = 3.25;

/** Steps at the border by which a problem shows that it is stiff, and steps within it that take this back. */
const [enough, relief] = [15, 6];

/**
 * Whether explicit steps would be small for stability's sake: a coarse run with the model's own numbers by Dormand
 * and Prince's method, which looks at the largest eigenvalue that its last two stages show (Hairer and Wanner,
 * Solving ODEs II, eq. IV.2.30). Events are left out. Where the run ends without a sign of it, be it that its budget
 * is used up, the answer is no; where it leaves the numbers, yes.
 */
export function isStiff(network: Network, end: number): boolean {
  const start = startScope(network, new Map(), 0);
  const fixed = fixedValues(network, start);
  const numbers = (values: readonly unknown[]): Float64Array =>
    Float64Array.from(values, (value) => (typeof value === "number" ? value : NaN));
  const held = [...numbers(network.held.map((symbol) => storedAtStart(symbol, start).value))];
  const slope = (time: number, y: Float64Array): Float64Array => {
    const scope = runScope(network, fixed, time, [...y], held);
    return numbers(network.moving.map(({ id }) => scope.slope(id)));
  };
  return probe(slope, numbers(network.moving.map((symbol) => storedAtStart(symbol, start).value)), end);
}

type Slope = (time: number, y: Float64Array) => Float64Array;

function probe(slope: Slope, start: Float64Array, end: number): boolean {
  const scale = Math.max(...start.map(Math.abs)) * tolerance * 1e-3 + Number.MIN_VALUE;
  let [time, y, k1] = [0, start, slope(0, start)];
  let evaluations = 1;
  let [signs, calm] = [0, 0];
  let h = Math.min(end, firstStep(y, k1, scale));
  while (time < end && evaluations < budget) {
    h = Math.min(h, end - time);
    if (!(h > time * 1e-14)) return true;
    const { y: next, sixth, k6, k7, error } = step(slope, time, y, k1, h);
    evaluations += 6;
    const size = norm(error, (i) => tolerance * Math.max(Math.abs(y[i]!), Math.abs(next[i]!)) + scale);
    if (!Number.isFinite(size)) {
      h *= 0.1;
      continue;
    }
    if (size <= 1) {
      const [change, distance] = [difference(k7, k6), difference(next, sixth)];
      if (distance > 0 && (h * change) / distance > border) {
        calm = 0;
        if (++signs === enough) return true;
      } else if (signs > 0 && ++calm === relief) {
        [signs, calm] = [0, 0];
      }
      [time, y, k1] = [time + h, next, k7];
    }
    h *= Math.min(5, Math.max(0.2, 0.9 * size ** -0.2));
  }
  return false;
}

function firstStep(y: Float64Array, k: Float64Array, scale: number): number {
  const [d0, d1] = [y, k].map((vector) => norm(vector, (i) => tolerance * Math.abs(y[i]!) + scale)) as [number, number];
  return d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1;
}

const { stages, errorWeights } = dormandPrince5().tableau;

interface Trial {
  readonly y: Float64Array;
  /** Argument of the sixth stage, at the same time. */
  readonly sixth: Float64Array;
  readonly k6: Float64Array;
  readonly k7: Float64Array;
  readonly error: Float64Array;
}

function step(slope: Slope, time: number, y: Float64Array, k1: Float64Array, h: number): Trial {
  const slopes = [k1];
  let [argument, before] = [y, y];
  for (const row of stages.slice(1)) {
    before = argument;
    argument = y.map((value, i) => value + h * combine(row, slopes, i));
    const node = row.reduce((sum, weight) => sum + weight, 0);
    slopes.push(slope(time + node * h, argument));
  }
  const error = y.map((_, i) => h * combine(errorWeights, slopes, i));
  return { y: argument, sixth: before, k6: slopes[5]!, k7: slopes[6]!, error };
}

function combine(row: readonly number[], slopes: readonly Float64Array[], i: number): number {
  return row.reduce((sum, weight, s) => sum + weight * slopes[s]![i]!, 0);
}

/** Root mean square, each entry in units of its scale. */
function norm(vector: Float64Array, scaleOf: (i: number) => number): number {
  const sum = vector.reduce((total, value, i) => total + (value / scaleOf(i)) ** 2, 0);
  return Math.sqrt(sum / Math.max(1, vector.length));
}

function difference(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((value, i) => value - b[i]!));
}
