import { ArgumentError } from "../../util/errors.js";
import { unflatten } from "../../util/tree.js";
import { literal } from "../../trace/operands.js";
import { np } from "../../trace/np.js";
import type { Tensor, TensorLike } from "../../trace/tensor.js";
import type { Liftable } from "../../trace/treeTypes.js";
import { chooseAdjoint, type Adjoint } from "../adjoint.js";
import { checkCount } from "../checks.js";
import { statusOfState } from "../status.js";
import { integrateAdaptive } from "./adaptive.js";
import { integrateFixed } from "./fixed.js";
import { readTolerances, type AbsoluteTolerance, type Tolerances } from "./tolerances.js";
import { bindEvents } from "./events/boundEvents.js";
import type { EventLog, IntegrationEvent } from "./events/event.js";
import { emptyLog } from "./events/log.js";
import { explicitStepper } from "./explicit.js";
import type { FixedMethod, IntegrationMethod, RightHandSide } from "./method.js";
import {
  bindProblem,
  checkPositive,
  readStart,
  readTimes,
  wholeDerivative,
  type Problem,
  type Start,
} from "./problem.js";
import type { Stepper } from "./stepper.js";
import { rosenbrockStepper } from "./stiff/rosenbrock.js";
import { switchingStepper } from "./stiff/switchingStepper.js";
import { tsit5 } from "./tsit5.js";

/** Where a differential equation is solved, and how. */
export interface IntegrateOptions {
  /** The start, the output times, the end: `[n]`, ascending, at least two. They do not steer the steps of an adaptive method. */
  readonly times: TensorLike;
  /** Default `tsit5()`. */
  readonly method?: IntegrationMethod;
  /** Adaptive methods: tolerance relative to each entry of the state. Default 1e-6. */
  readonly rtol?: number;
  /** Adaptive methods: absolute tolerance, in units of the state: one for all, or a tree like the state. Default 1e-9. */
  readonly atol?: AbsoluteTolerance;
  /** Adaptive methods: most steps that are tried. Default 100,000. */
  readonly maxSteps?: number;
  /** Adaptive methods: size of the first step. Default: guessed from the right-hand side. */
  readonly firstStep?: number;
  /** Fixed-step methods: steps from one output time to the next. Default 1. */
  readonly substeps?: number;
  /**
   * How a gradient gets the states of the steps back; see `Adjoint`. Default: by stepping back where the method can, else
   * chosen by the compiler.
   */
  readonly adjoint?: Adjoint;
}

/** Events of a run, for methods that choose their steps. */
export interface EventOptions<Y, P> {
  /**
   * What happens on the way; see `IntegrationEvent`. Events within 2^-40 of a step of each other happen at the same time, in
   * the order of this list.
   */
  readonly events?: readonly IntegrationEvent<Y, P>[];
  /** Most events of a run. Default 64. */
  readonly maxEvents?: number;
  /** Whether their times and states are logged, with room for `maxEvents`. Default true. */
  readonly logEvents?: boolean;
  /** Whether an output at the time of an event has the state before it, the default, or after it. `final` is always after it. */
  readonly outputsAtEvents?: "before" | "after";
}

/** The solution of a differential equation. All leaves are tensors. */
export interface IntegrateResult<Y> {
  /** The state at the last time; where the run failed, the last state that it reached. */
  readonly final: Y;
  /** The states at the times, each leaf `[n, ...]`; the first is the start. NaN where the run did not get to. */
  readonly outputs: Y;
  /** `[n]`, in the dtype of the state. */
  readonly times: Tensor;
  /** int32, shape []; `statusOf` tells what it means. */
  readonly status: Tensor;
  /** Shape []: the time of `final`, which is the last one unless the run failed or an event ended it. */
  readonly finalTime: Tensor;
  readonly events: EventLog<Y>;
  /** int32, shape []: steps that were taken. */
  readonly accepted: Tensor;
  /** int32, shape []: steps that were tried and rejected. */
  readonly rejected: Tensor;
}

/**
 * Solves y' = rhs(t, y, params) from `y0` at the first of the times. It can be called as it is, and inside `jit`, `vmap` (each
 * element takes its own steps), loops, and all derivatives: by `y0`, `params`, the times, and what the right-hand side closes
 * over. The derivative is that of the steps that were taken, their sizes held fixed (the discrete adjoint); that by the
 * last time is the slope there.
 *
 * @throws ArgumentError, DTypeError, TreeError or ShapeError where options, state or right-hand side do not fit. Numerical
 * failure is a status.
 * @example
 * ```ts
 * const decay = (_t: Tensor, y: Tensor, rate: Tensor) => y.mul(rate).neg();
 * const { outputs } = integrate(decay, 1, { times: [0, 1, 2], rtol: 1e-8 }, 0.5);
 * ```
 */
export function integrate<Y, P>(
  rhs: RightHandSide<Y, P>,
  y0: Y | Liftable<Y>,
  options: IntegrateOptions & EventOptions<Y, P>,
  params: P | Liftable<P>,
): IntegrateResult<Y> {
  const { method = tsit5() } = options;
  const owner = `integrate by ${method.name}`;
  const start = readStart(owner, y0);
  const times = readTimes(owner, options.times, start.dtype);
  const problem = bindProblem(owner, rhs, start, params);
  const run =
    method.kind === "fixed"
      ? fixed(owner, method, problem, times, options)
      : adaptive(owner, method, problem, times, options);
  const { moving, ...shown } = run;
  const log = run.events ?? emptyLog(0, start.leaves);
  return {
    ...shown,
    final: unflatten(start.structure, run.final) as Y,
    outputs: unflatten(start.structure, run.outputs) as Y,
    events: { ...log, states: unflatten(start.structure, log.states) as Y },
    times,
    status: np.maximum(run.status, statusOfState(moving)),
  };
}

type Run = ReturnType<typeof integrateAdaptive>;

function adaptive<Y, P>(
  owner: string,
  method: Exclude<IntegrationMethod, FixedMethod>,
  problem: Problem,
  times: Tensor,
  options: IntegrateOptions & EventOptions<Y, P>,
): Run {
  const { rtol = 1e-6, atol = 1e-9, maxSteps = 100_000, firstStep = null } = options;
  refuse(owner, "substeps", options.substeps, "an adaptive method chooses its steps: use rtol and atol.");
  const tolerances = readTolerances(owner, rtol, atol, problem.start);
  checkCount(owner, "maxSteps", maxSteps);
  if (firstStep !== null) checkPositive(owner, "firstStep", firstStep);
  const keep = chooseAdjoint(method.name, options.adjoint, false);
  if (keep === "inverse") throw new ArgumentError({ what: `${owner} cannot be run backwards.` });
  const { events: list = [], maxEvents = 64, logEvents = true, outputsAtEvents = "before" } = options;
  if (outputsAtEvents !== "before" && outputsAtEvents !== "after") {
    throw new ArgumentError({
      what: `${owner}: outputsAtEvents is none of its values.`,
      got: String(outputsAtEvents),
      expected: '"before" or "after"',
    });
  }
  const eventSettings = { limit: maxEvents, isLogged: logEvents, outputsAfter: outputsAtEvents === "after" };
  const events = bindEvents(owner, list, eventSettings, problem);
  const stepper = stepperOf(method, problem, tolerances);
  return integrateAdaptive(stepper, problem, times, { ...tolerances, maxSteps, firstStep, keep, events });
}

function stepperOf(method: Exclude<IntegrationMethod, FixedMethod>, problem: Problem, tolerances: Tolerances): Stepper {
  switch (method.kind) {
    case "adaptive":
      return explicitStepper(method, problem);
    case "rosenbrock":
      return rosenbrockStepper(method, problem);
    case "switching":
      return switchingStepper(method, problem, tolerances);
  }
}

function fixed<Y, P>(
  owner: string,
  method: FixedMethod,
  problem: Problem,
  times: Tensor,
  options: IntegrateOptions & EventOptions<Y, P>,
): Run {
  const { substeps = 1 } = options;
  const { start } = problem;
  const derivative = wholeDerivative(owner, problem);
  for (const name of ["rtol", "atol", "maxSteps", "firstStep"] as const) {
    refuse(owner, name, options[name], "the steps of this method are fixed: use substeps, or an adaptive method.");
  }
  if (options.events !== undefined) {
    throw new ArgumentError({
      what: `${owner} does not look for events.`,
      fix: "use a method that chooses its steps: it can look inside of them.",
    });
  }
  checkCount(owner, "substeps", substeps);
  const adjoint = chooseAdjoint(method.name, options.adjoint, method.stepBack !== undefined);
  const back = method.stepBack?.bind(method);
  const scheme = {
    step: (time: Tensor, state: Start["leaves"], h: Tensor) => method.step(derivative, time, state, h),
    ...(back === undefined
      ? {}
      : { stepBack: (time: Tensor, state: Start["leaves"], h: Tensor) => back(derivative, time, state, h) }),
  };
  const run = integrateFixed(scheme, start.leaves, times, { substeps, adjoint });
  const taken = ((times.shape[0] as number) - 1) * substeps;
  const finalTime = np.at(times, (times.shape[0] as number) - 1).get();
  return { ...run, moving: run.final, finalTime, events: null, status: int(0), accepted: int(taken), rejected: int(0) };
}

function int(value: number): Tensor {
  return literal("int32", [], value);
}

function refuse(owner: string, name: string, value: unknown, fix: string): void {
  if (value === undefined) return;
  throw new ArgumentError({ what: `${owner} does not take ${name}.`, got: `${name}: ${String(value)}`, fix });
}
