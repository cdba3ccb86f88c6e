import type { Problem } from "../problem.js";
import { leastSquares, multiplyLeft } from "./linear/matrices.js";
import { along, dot, maxAbs } from "./linear/vectors.js";
import type { Solver, SolverState } from "./solver.js";
import { doneBy, readTolerances, stopAt, stopAtPoint, type StopOptions } from "./tolerances.js";

/** Options of `gaussNewton`. */
export interface GaussNewtonOptions extends StopOptions {
  /** Whether a step that does not lower the loss enough is halved ("halving", the default) or taken whole ("none"). */
  readonly lineSearch?: "halving" | "none";
}

/** What methods for least squares remember. */
export interface LeastSquaresState extends SolverState {
  readonly gradient: Float64Array;
  /** `[m]` */
  readonly residual: Float64Array;
  /** Row-major, `[m, size]`. */
  readonly jacobian: Float64Array;
}

/** Halvings before a search gives up: 2^-40 of the step. */
const maxHalvings = 40;

/**
 * Gauss-Newton: minimises half the sum of squares of residuals by linearising them. For fewer parameters than residuals;
 * where these depend on each other, `levenbergMarquardt` damps the system.
 *
 * Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. 2006, section 10.3; QR by Householder reflections.
 *
 * @throws ArgumentError if an option is out of range; when run, if the loss is no sum of squares.
 */
export function gaussNewton(options: GaussNewtonOptions = {}): Solver<LeastSquaresState> {
  const tolerances = readTolerances("gaussNewton", options);
  const halve = options.lineSearch !== "none";

  return Object.freeze({
    kind: "solver",
    name: "gaussNewton",
    needs: "residual",
    takesBounds: false,
    async init(problem, start) {
      const point = await linearizeAt(problem, start, await problem.residual(start));
      return { ...point, iterations: 0, status: stopAtPoint(point.value, maxAbs(point.gradient), tolerances) };
    },
    async step(problem, state) {
      const iterations = state.iterations + 1;
      const { x, residual, jacobian, gradient, value } = state;
      const solution = leastSquares(jacobian, residual, x.length);
      if (solution === null) return { ...state, iterations, status: "notPositiveDefinite" };
      const direction = solution.map((entry) => -entry);
      const slope = dot(gradient, direction);
      for (let length = 1, halvings = 0; halvings <= maxHalvings; length /= 2, halvings++) {
        const next = along(x, length, direction);
        const r = await problem.residual(next);
        const lowered = dot(r, r) / 2;
        // Sufficient decrease with the usual c1 = 1e-4.
        if (halve && !(lowered <= value + 1e-4 * length * slope)) continue;
        const point = await linearizeAt(problem, next, r);
        return { ...point, iterations, status: stopAt(state, point, tolerances) };
      }
      return { ...state, iterations, status: "lineSearchFailed" };
    },
    done: doneBy(tolerances),
  } satisfies Solver<LeastSquaresState>);
}

/** Value, gradient and Jacobian where the residuals are known. */
export async function linearizeAt(
  problem: Problem,
  x: Float64Array,
  residual: Float64Array,
): Promise<Pick<LeastSquaresState, "x" | "value" | "gradient" | "residual" | "jacobian">> {
  const jacobian = await problem.jacobian(x);
  return { x, value: dot(residual, residual) / 2, gradient: multiplyLeft(residual, jacobian), residual, jacobian };
}
