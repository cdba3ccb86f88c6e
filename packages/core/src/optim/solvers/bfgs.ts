import type { Metric } from "../metric/metric.js";
import { difference, dot, maxAbs, norm } from "./linear/vectors.js";
import { identity, multiply } from "./linear/matrices.js";
import { searchTwice } from "./lineSearch/choose.js";
import { lineFrom } from "./lineSearch/line.js";
import { moreThuenteSearch } from "./lineSearch/moreThuente.js";
import type { Solver, SolverState } from "./solver.js";
import { doneBy, readTolerances, stopAt, stopAtPoint, type StopOptions } from "./tolerances.js";

/** Options of `bfgs`. */
export interface BfgsOptions extends StopOptions {
  /** The change of variables in which to work, such as `sobolev`. */
  readonly metric?: Metric;
}

/** What BFGS remembers. */
export interface BfgsState extends SolverState {
  readonly gradient: Float64Array;
  /** Approximation of the inverse of the Hessian, row-major, `[size, size]`. */
  readonly inverseHessian: Float64Array;
  /** The value one step ago, from which the next step's length is guessed. */
  readonly previousValue: number;
}

/**
 * BFGS with a dense matrix: for up to some thousand parameters, of which it learns the whole curvature.
 *
 * Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. 2006, Algorithm 6.1, update (6.17), first trial
 * step (3.60); line search of Moré and Thuente.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function bfgs(options: BfgsOptions = {}): Solver<BfgsState> {
  const tolerances = readTolerances("bfgs", options);
  const search = searchTwice(moreThuenteSearch());

  return Object.freeze({
    kind: "solver",
    name: "bfgs",
    needs: "gradient",
    takesBounds: false,
    ...(options.metric === undefined ? {} : { metric: options.metric }),
    async init(problem, start) {
      const { value, gradient } = await problem.valueAndGradient(start);
      return {
        x: start,
        value,
        gradient,
        iterations: 0,
        status: stopAtPoint(value, maxAbs(gradient), tolerances),
        inverseHessian: identity(problem.size),
        // So that the first step is about 1 long.
        previousValue: value + norm(gradient) / 2,
      };
    },
    async step(problem, state) {
      const iterations = state.iterations + 1;
      const direction = multiply(state.inverseHessian, state.gradient).map((entry) => -entry);
      const line = lineFrom(state, direction);
      const found =
        line.slope < 0 ? await search(problem, line, firstStep(state.value, state.previousValue, line.slope)) : null;
      if (found === null) return { ...state, iterations, status: "lineSearchFailed" };
      const step = difference(found.x, state.x);
      const change = difference(found.gradient, state.gradient);
      return {
        x: found.x,
        value: found.value,
        gradient: found.gradient,
        iterations,
        status: stopAt(state, found, tolerances),
        inverseHessian: updated(state.inverseHessian, step, change),
        previousValue: state.value,
      };
    },
    done: doneBy(tolerances),
  } satisfies Solver<BfgsState>);
}

/** The step that would bring the same decrease as the last one, a little more, and at most 1. */
export function firstStep(value: number, previousValue: number, slope: number): number {
  const guess = Math.min(1, (1.01 * 2 * (value - previousValue)) / slope);
  return guess > 0 ? guess : 1;
}

/** H + (1 + y'Hy / s'y) s s' / s'y - (H y s' + s y'H) / s'y, for s'y > 0. */
function updated(h: Float64Array, s: Float64Array, y: Float64Array): Float64Array {
  const sy = dot(s, y);
  if (!(sy > 0)) return h;
  const n = s.length;
  const hy = multiply(h, y);
  const weight = (1 + dot(y, hy) / sy) / sy;
  const next = h.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) next[i * n + j]! += weight * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / sy;
  }
  return next;
}
