import { checkPositive } from "../options.js";
import { linearizeAt, type LeastSquaresState } from "./gaussNewton.js";
import { leastSquares, multiply } from "./linear/matrices.js";
import { along, dot, maxAbs } from "./linear/vectors.js";
import type { Solver } from "./solver.js";
import { doneBy, readTolerances, stopAt, stopAtPoint, type StopOptions } from "./tolerances.js";

/** Options of `levenbergMarquardt`. */
export interface LevenbergMarquardtOptions extends StopOptions {
  /** Damping at the start; default 1. */
  readonly damping?: number;
  /**
   * What the damping is measured in: "identity" adds it to each parameter alike (the default), "columns" in proportion to
   * the largest norm that the parameter's column of the Jacobian has had, so that the units of parameters do not matter.
   */
  readonly scaling?: "identity" | "columns";
  /**
   * How the damping follows the steps: "smooth" by how well each was predicted (the default), "thresholds" by fixed factors,
   * down only after a step that was predicted almost exactly.
   */
  readonly adaptation?: "smooth" | "thresholds";
}

/** What Levenberg-Marquardt remembers. */
export interface LevenbergMarquardtState extends LeastSquaresState {
  readonly damping: number;
  /** What the damping of each parameter is multiplied by, `[size]`. */
  readonly scale: Float64Array;
  /** Steps since the last one that was taken. */
  readonly rejected: number;
  /** What the damping is multiplied by after the next step that is refused. */
  readonly raise: number;
}

/** How damping is adapted: parts of the predicted decrease below which a step is refused, and the factors. */
interface Adaptation {
  readonly refuseBelow: number;
  /** The first factor after a step that is refused, and what that factor is multiplied by each time. */
  readonly raise: number;
  readonly raiseGrowth: number;
  /** Factor after a step that is taken, by the part of the predicted decrease that came true. */
  readonly afterStep: (part: number) => number;
}

const adaptations: { readonly [K in "smooth" | "thresholds"]: Adaptation } = {
  // H. B. Nielsen, Damping parameter in Marquardt's method, IMM-REP-1999-05, equation (2.5).
  smooth: {
    refuseBelow: 1e-4,
    raise: 2,
    raiseGrowth: 2,
    afterStep: (part) => Math.max(1 / 3, 1 - (2 * part - 1) ** 3),
  },
  thresholds: { refuseBelow: 0.01, raise: 4, raiseGrowth: 1, afterStep: (part) => (part > 0.99 ? 1 / 3.5 : 1) },
};
/** Refused steps in a row after which nothing more is hoped for: the damping has grown by 4^40 or more. */
const maxRejected = 40;

/**
 * Levenberg-Marquardt: Gauss-Newton with damping, which grows when a step disappoints and shrinks when it keeps its promise.
 * Each step of the solver is one trial. Dense: for up to some hundred parameters.
 *
 * Sources: D. W. Marquardt, SIAM J. Appl. Math. 11 (1963); J. J. Moré, The Levenberg-Marquardt algorithm, 1978 (scaling by
 * columns, system by QR); ratio test as in J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. 2006, Algorithm 4.1.
 *
 * @throws ArgumentError if an option is out of range; when run, if the loss is no sum of squares.
 */
export function levenbergMarquardt(options: LevenbergMarquardtOptions = {}): Solver<LevenbergMarquardtState> {
  const { damping = 1, scaling = "identity" } = options;
  const adaptation = adaptations[options.adaptation ?? "smooth"];
  checkPositive("levenbergMarquardt", "damping", damping);
  const tolerances = readTolerances("levenbergMarquardt", options);
  const scaleOf = (jacobian: Float64Array, before: Float64Array): Float64Array =>
    scaling === "columns" ? columnScale(jacobian, before) : before;

  return Object.freeze({
    kind: "solver",
    name: "levenbergMarquardt",
    needs: "residual",
    takesBounds: false,
    async init(problem, start) {
      const point = await linearizeAt(problem, start, await problem.residual(start));
      const initial = new Float64Array(problem.size).fill(scaling === "columns" ? 0 : 1);
      return {
        ...point,
        iterations: 0,
        status: stopAtPoint(point.value, maxAbs(point.gradient), tolerances),
        damping,
        scale: scaleOf(point.jacobian, initial),
        rejected: 0,
        raise: adaptation.raise,
      };
    },
    async step(problem, state) {
      const iterations = state.iterations + 1;
      const { x, residual, jacobian, scale } = state;
      const step = dampedStep(jacobian, residual, scale, state.damping);
      if (step === null) return { ...state, iterations, status: "notPositiveDefinite" };
      const next = along(x, 1, step);
      const r = await problem.residual(next);
      const linear = multiply(jacobian, step).map((entry, i) => entry + residual[i]!);
      const predicted = (dot(linear, linear) - dot(residual, residual)) / 2;
      const actual = dot(r, r) / 2 - state.value;
      if (!(actual <= adaptation.refuseBelow * predicted)) {
        const rejected = state.rejected + 1;
        const status = rejected >= maxRejected || next.every((entry, i) => entry === x[i]) ? "noProgress" : null;
        const raise = state.raise * adaptation.raiseGrowth;
        return { ...state, iterations, damping: state.damping * state.raise, raise, rejected, status };
      }
      const point = await linearizeAt(problem, next, r);
      return {
        ...point,
        iterations,
        status: stopAt(state, point, tolerances),
        damping: predicted < 0 ? state.damping * adaptation.afterStep(actual / predicted) : state.damping,
        scale: scaleOf(point.jacobian, scale),
        rejected: 0,
        raise: adaptation.raise,
      };
    },
    done: doneBy(tolerances),
  } satisfies Solver<LevenbergMarquardtState>);
}

/** Minimises |J d + r|² + damping |scale d|². */
function dampedStep(
  jacobian: Float64Array,
  residual: Float64Array,
  scale: Float64Array,
  damping: number,
): Float64Array | null {
  const n = scale.length;
  const m = residual.length;
  const matrix = new Float64Array((m + n) * n);
  matrix.set(jacobian);
  for (let i = 0; i < n; i++) matrix[(m + i) * n + i] = Math.sqrt(damping) * scale[i]!;
  const right = new Float64Array(m + n);
  for (let i = 0; i < m; i++) right[i] = -residual[i]!;
  return leastSquares(matrix, right, n);
}

/** The largest column norms so far; 1 for a column that was always 0. */
function columnScale(jacobian: Float64Array, before: Float64Array): Float64Array {
  const n = before.length;
  const squares = new Float64Array(n);
  for (let i = 0; i < jacobian.length; i++) squares[i % n]! += jacobian[i]! ** 2;
  return before.map((old, i) => Math.max(old, Math.sqrt(squares[i]!)) || 1);
}
