import type { Metric } from "../metric/metric.js";
import { checkPositive } from "../options.js";
import type { Problem } from "../problem.js";
import { firstStep } from "./bfgs.js";
import { addScaled, dot, maxAbs, norm1, scaled } from "./linear/vectors.js";
import { searchTwice } from "./lineSearch/choose.js";
import { lineFrom } from "./lineSearch/line.js";
import { moreThuenteSearch } from "./lineSearch/moreThuente.js";
import type { Solver, SolverState } from "./solver.js";
import { checkPositiveCount, doneBy, readTolerances, stopAt, stopAtPoint, type StopOptions } from "./tolerances.js";

/** Options of `newtonCg`. */
export interface NewtonCgOptions extends StopOptions {
  /** Most products of the Hessian in one step; default 20 times the number of parameters. */
  readonly maxProducts?: number;
  /**
   * The first trial along a direction: "whole" is Newton's own step (the default), "extrapolated" one that would bring the
   * decrease of the step before.
   */
  readonly firstTrial?: "whole" | "extrapolated";
  /**
   * Part of the gradient (sum of absolute values) that a system's residual may keep, at most; near a minimum less. Default
   * 0.1: smaller takes more products of the Hessian and fewer steps.
   */
  readonly forcing?: number;
  /** The change of variables in which to work, such as `sobolev`. */
  readonly metric?: Metric;
}

/** What Newton-CG remembers. */
export interface NewtonCgState extends SolverState {
  readonly gradient: Float64Array;
  /** The value one step ago; null before the first step. */
  readonly previousValue: number | null;
}

/** Curvature that counts as none: three times the machine epsilon. */
const flat = 3 * Number.EPSILON;

/**
 * Newton's method whose systems are solved by conjugate gradients, only as well as the step deserves, from products of the
 * Hessian with vectors (forward over reverse). Where the Hessian is not positive, the step ends at the last point before.
 *
 * Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. 2006, Algorithm 7.1 (line search Newton-CG), forcing
 * sequence (7.3) with norms of absolute values.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function newtonCg(options: NewtonCgOptions = {}): Solver<NewtonCgState> {
  if (options.maxProducts !== undefined) checkPositiveCount("newtonCg", "maxProducts", options.maxProducts);
  const tolerances = readTolerances("newtonCg", options);
  const { forcing = 0.1 } = options;
  checkPositive("newtonCg", "forcing", forcing);
  const extrapolates = options.firstTrial === "extrapolated";
  const search = searchTwice(moreThuenteSearch({ minStep: 1e-8, maxStep: 50 }));

  return Object.freeze({
    kind: "solver",
    name: "newtonCg",
    needs: "hessianProduct",
    takesBounds: false,
    ...(options.metric === undefined ? {} : { metric: options.metric }),
    async init(problem, start) {
      const { value, gradient } = await problem.valueAndGradient(start);
      const status = stopAtPoint(value, maxAbs(gradient), tolerances);
      return { x: start, value, gradient, iterations: 0, status, previousValue: null };
    },
    async step(problem, state) {
      const iterations = state.iterations + 1;
      const direction = await newtonDirection(problem, state, forcing, options.maxProducts ?? 20 * problem.size);
      const line = lineFrom(state, direction);
      const { previousValue } = state;
      const first = extrapolates && previousValue !== null ? firstStep(state.value, previousValue, line.slope) : 1;
      const found = line.slope < 0 ? await search(problem, line, first) : null;
      if (found === null) return { ...state, iterations, status: "lineSearchFailed" };
      return {
        x: found.x,
        value: found.value,
        gradient: found.gradient,
        iterations,
        status: stopAt(state, found, tolerances),
        previousValue: state.value,
      };
    },
    done: doneBy(tolerances),
  } satisfies Solver<NewtonCgState>);
}

/** Solves H d = -g by conjugate gradients from d = 0. */
async function newtonDirection(
  problem: Problem,
  state: NewtonCgState,
  forcing: number,
  maxProducts: number,
): Promise<Float64Array> {
  const { x, gradient } = state;
  const length = norm1(gradient);
  const enough = Math.min(forcing, Math.sqrt(length)) * length;
  const direction = new Float64Array(x.length);
  const residual = gradient.slice();
  let search = scaled(gradient, -1);
  let square = dot(residual, residual);
  for (let i = 0; i < maxProducts && norm1(residual) > enough; i++) {
    const product = await problem.hessianProduct(x, search);
    const curvature = dot(search, product);
    if (!(curvature > flat)) {
      // Steepest descent, with the length that its curvature suggests, if there is nothing better yet.
      return i > 0 || !(curvature < 0) ? orGradient(direction, gradient, i) : scaled(gradient, square / curvature);
    }
    const alpha = square / curvature;
    addScaled(direction, alpha, search);
    addScaled(residual, alpha, product);
    const next = dot(residual, residual);
    const beta = next / square;
    search = search.map((entry, k) => -residual[k]! + beta * entry);
    square = next;
  }
  return direction;
}

function orGradient(direction: Float64Array, gradient: Float64Array, products: number): Float64Array {
  return products > 0 ? direction : scaled(gradient, -1);
}
