import { InternalError } from "../../util/errors.js";
import type { Metric } from "../metric/metric.js";
import { addScaled, difference, dot, maxAbs, norm, scaled } from "./linear/vectors.js";
import { lineFrom, type LinePoint } from "./lineSearch/line.js";
import { chooseSearch, type LineSearchName } from "./lineSearch/choose.js";
import type { Plain, Solver, SolverState } from "./solver.js";
import { checkPositiveCount, doneBy, readTolerances, stopAt, stopAtPoint, type StopOptions } from "./tolerances.js";

/** Options of `lbfgs`. */
export interface LbfgsOptions extends StopOptions {
  /** Pairs of steps and gradient changes that are remembered; default 10. */
  readonly memory?: number;
  /** How the step along a direction is found; default "moreThuente". */
  readonly lineSearch?: LineSearchName;
  /** The change of variables in which to work, such as `sobolev`. */
  readonly metric?: Metric;
}

/** A step and the change of the gradient along it. */
export interface CurvaturePair {
  readonly [name: string]: Plain;
  /** `[size]` */
  readonly step: Float64Array;
  /** `[size]` */
  readonly change: Float64Array;
}

/** What L-BFGS remembers. */
export interface LbfgsState extends SolverState {
  readonly gradient: Float64Array;
  /** The oldest first. */
  readonly pairs: readonly CurvaturePair[];
  /** Length of the last step as a multiple of its direction; null before the first. */
  readonly lastStep: number | null;
}

/**
 * Limited-memory BFGS: as BFGS, but with only the last few steps in place of a matrix, so that it suits any number of
 * parameters.
 *
 * Sources: D. C. Liu and J. Nocedal, On the limited memory BFGS method for large scale optimization, Math. Programming 45
 * (1989); J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. 2006, Algorithms 7.4 and 7.5, scaling (7.20).
 *
 * @throws ArgumentError if an option is out of range.
 * @example
 * ```ts
 * const result = await fit({ model, loss, params, optimizer: lbfgs({ memory: 20 }) });
 * ```
 */
export function lbfgs(options: LbfgsOptions = {}): Solver<LbfgsState> {
  const { memory = 10, lineSearch = "moreThuente", metric } = options;
  checkPositiveCount("lbfgs", "memory", memory);
  const tolerances = readTolerances("lbfgs", options);
  const search = chooseSearch("lbfgs", lineSearch);

  return Object.freeze({
    kind: "solver",
    name: "lbfgs",
    needs: "gradient",
    takesBounds: false,
    ...(metric === undefined ? {} : { metric }),
    async init(problem, start) {
      const { value, gradient } = await problem.valueAndGradient(start);
      const status = stopAtPoint(value, maxAbs(gradient), tolerances);
      return { x: start, value, gradient, iterations: 0, status, pairs: [], lastStep: null };
    },
    async step(problem, state) {
      const iterations = state.iterations + 1;
      let pairs = state.pairs;
      let found: LinePoint | null = null;
      // Where the remembered curvature misleads, it is forgotten, and the gradient alone is tried.
      for (;;) {
        const direction = scaled(inverseHessianProduct(state.gradient, pairs, firstScale(state.gradient)), -1);
        const line = lineFrom(state, direction);
        if (line.slope < 0) found = await search(problem, line, 1);
        if (found !== null || pairs.length === 0) break;
        pairs = [];
      }
      if (found === null) return { ...state, iterations, status: "lineSearchFailed", pairs };
      const pair = { step: difference(found.x, state.x), change: difference(found.gradient, state.gradient) };
      return {
        x: found.x,
        value: found.value,
        gradient: found.gradient,
        iterations,
        status: stopAt(state, found, tolerances),
        // Without positive curvature the approximation would lose its positive definiteness.
        pairs: dot(pair.step, pair.change) > 0 ? [...pairs, pair].slice(-memory) : pairs,
        lastStep: found.step,
      };
    },
    done: doneBy(tolerances),
  } satisfies Solver<LbfgsState>);
}

/**
 * H g by the two-loop recursion.
 *
 * @param first - what the gradient is scaled by while there is no pair
 */
export function inverseHessianProduct(
  gradient: Float64Array,
  pairs: readonly CurvaturePair[],
  first: number,
): Float64Array {
  const q = gradient.slice();
  const weights = pairs.map(({ step, change }) => 1 / dot(step, change));
  const alphas = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, change } = pairAt(pairs, i);
    alphas[i] = weights[i]! * dot(step, q);
    addScaled(q, -alphas[i]!, change);
  }
  const newest = pairs.at(-1);
  const scale = newest === undefined ? first : dot(newest.step, newest.change) / dot(newest.change, newest.change);
  const r = scaled(q, scale);
  for (let i = 0; i < pairs.length; i++) {
    const { step, change } = pairAt(pairs, i);
    addScaled(r, alphas[i]! - weights[i]! * dot(change, r), step);
  }
  return r;
}

/** Makes the first step at most 1 long. */
function firstScale(gradient: Float64Array): number {
  return Math.min(1, 1 / norm(gradient));
}

function pairAt(pairs: readonly CurvaturePair[], i: number): CurvaturePair {
  const pair = pairs[i];
  if (pair === undefined) throw new InternalError("a pair of L-BFGS is missing");
  return pair;
}
