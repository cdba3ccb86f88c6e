import { ArgumentError } from "../../util/errors.js";
import type { Counts } from "../problem.js";
import { difference, maxAbs, norm } from "./linear/vectors.js";
import type { SolverState } from "./solver.js";
import type { StopReason } from "./stopReasons.js";

/** When a solver stops. */
export interface StopOptions {
  /** Most steps; default 1000. */
  readonly maxIterations?: number;
  /** Most evaluations of the loss; the step that reaches the number is finished. Default: no limit. */
  readonly maxEvaluations?: number;
  /** Stops where no entry of the gradient is larger; default 1e-10. */
  readonly gradientTolerance?: number;
  /** Stops where a step changes the loss by at most this part of it; default 1e-14; 0 switches it off. */
  readonly valueTolerance?: number;
  /** Stops where a step changes the parameters (2-norm) by at most this part of them; default 0, which switches it off. */
  readonly stepTolerance?: number;
  /** Stops where the loss is at most this; default: no target. */
  readonly target?: number;
}

/** Options with their defaults filled in. */
export type Tolerances = Required<StopOptions>;

/**
 * Fills in and checks.
 *
 * @throws ArgumentError that names the option.
 */
export function readTolerances(owner: string, options: StopOptions, defaults: StopOptions = {}): Tolerances {
  const tolerances: Tolerances = {
    maxIterations: options.maxIterations ?? defaults.maxIterations ?? 1000,
    maxEvaluations: options.maxEvaluations ?? defaults.maxEvaluations ?? Infinity,
    gradientTolerance: options.gradientTolerance ?? defaults.gradientTolerance ?? 1e-10,
    valueTolerance: options.valueTolerance ?? defaults.valueTolerance ?? 1e-14,
    stepTolerance: options.stepTolerance ?? defaults.stepTolerance ?? 0,
    target: options.target ?? defaults.target ?? -Infinity,
  };
  for (const name of ["maxIterations", "maxEvaluations"] as const) checkPositiveCount(owner, name, tolerances[name]);
  for (const name of ["gradientTolerance", "valueTolerance", "stepTolerance"] as const) {
    if (tolerances[name] >= 0) continue;
    throw new ArgumentError({
      what: `${owner}: ${name} is out of range.`,
      got: `${name}: ${tolerances[name]}`,
      expected: "a number of at least 0",
    });
  }
  if (Number.isNaN(tolerances.target)) {
    throw new ArgumentError({ what: `${owner}: target is not a number.`, got: "target: NaN" });
  }
  return tolerances;
}

/** Demands a positive integer, or Infinity. @throws ArgumentError */
export function checkPositiveCount(owner: string, option: string, value: number): void {
  if (value === Infinity || (Number.isInteger(value) && value > 0)) return;
  throw new ArgumentError({
    what: `${owner}: ${option} is out of range.`,
    got: `${option}: ${value}`,
    expected: "a positive integer",
  });
}

/** Whether a point is one to stop at in itself. @param slope - largest entry of the (projected) gradient */
export function stopAtPoint(value: number, slope: number, tolerances: Tolerances): StopReason | null {
  if (Number.isNaN(value) || value === Infinity || Number.isNaN(slope) || slope === Infinity) return "nonFinite";
  if (slope <= tolerances.gradientTolerance) return "gradientTolerance";
  return value <= tolerances.target ? "target" : null;
}

/** Whether a step from one point to the next, lower one is so small that it is the last. */
export function stopAfterStep(
  before: { readonly x: Float64Array; readonly value: number },
  after: { readonly x: Float64Array; readonly value: number },
  tolerances: Tolerances,
): StopReason | null {
  const { valueTolerance, stepTolerance } = tolerances;
  const change = Math.abs(before.value - after.value);
  if (valueTolerance > 0 && change <= valueTolerance * Math.max(Math.abs(before.value), Math.abs(after.value))) {
    return "valueTolerance";
  }
  if (stepTolerance > 0 && norm(difference(after.x, before.x)) <= stepTolerance * (stepTolerance + norm(after.x))) {
    return "stepTolerance";
  }
  return null;
}

/** Both questions, for solvers without bounds. */
export function stopAt(
  before: { readonly x: Float64Array; readonly value: number },
  after: { readonly x: Float64Array; readonly value: number; readonly gradient: Float64Array },
  tolerances: Tolerances,
): StopReason | null {
  return stopAtPoint(after.value, maxAbs(after.gradient), tolerances) ?? stopAfterStep(before, after, tolerances);
}

/** `done` of a solver: what its last step found, then the limits. */
export function doneBy(tolerances: Tolerances): (state: SolverState, counts: Counts) => StopReason | null {
  return (state, counts) => {
    if (state.status !== null) return state.status;
    if (state.iterations >= tolerances.maxIterations) return "maxIterations";
    return counts.evaluations >= tolerances.maxEvaluations ? "maxEvaluations" : null;
  };
}
