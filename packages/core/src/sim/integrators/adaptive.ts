import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import { whileLoop, type WhileOptions } from "../../trace/control.js";
import type { Tensor } from "../../trace/tensor.js";
import { control, errorNorm, firstStep, startMemory, type Tolerances } from "./controller.js";
import { chooseLeaves } from "./leaves.js";
import type { StateLeaves } from "./method.js";
import { fillOutputs } from "./outputs.js";
import type { Problem } from "./problem.js";
import type { Point, Polynomial, Stepper } from "./stepper.js";
import { withTangentOf, withTangentsOf, withoutDerivative } from "./tangents.js";

/** How an adaptive run is made. */
export interface AdaptiveOptions extends Tolerances {
  /** Most steps that are tried, rejected ones included. */
  readonly maxSteps: number;
  /** Size of the first step; null: guessed. */
  readonly firstStep: number | null;
  readonly keep: NonNullable<WhileOptions["keep"]>;
}

/** A run on the leaves of the state. */
export interface LeafRun {
  /** The state where the run ended. */
  readonly final: StateLeaves;
  /** The states at all output times, each `[times, ...]`; NaN where the run did not get there. */
  readonly outputs: StateLeaves;
  /** int32: how it ended; see `runStatuses`. */
  readonly status: Tensor;
  /** int32: steps that were taken, and that were tried and rejected. */
  readonly accepted: Tensor;
  readonly rejected: Tensor;
}

/** What goes from a turn of the loop to the next. */
interface Carry extends Point {
  /** The step from this point that was tried last, found good, and is to be taken; without derivative. */
  readonly step: Step;
  readonly control: Control;
  /** Number of the next output time, and the outputs between the first and the last. */
  readonly next: Tensor;
  readonly between: StateLeaves;
}

/** A step to take. One of size 0 stays where it is: that is what a rejected one becomes. */
interface Step {
  readonly size: Tensor;
  /** Whether it ends the run. */
  readonly isLast: Tensor;
  readonly state: StateLeaves;
  readonly memo: StateLeaves;
  /** Empty where nothing is looked at within steps. */
  readonly dense: Polynomial;
}

/** What the choice of steps remembers. None of it has a derivative. */
interface Control {
  /** Size of the next step to try. */
  readonly h: Tensor;
  readonly memory: Tensor;
  readonly rejectedLast: Tensor;
  readonly tried: Tensor;
  readonly accepted: Tensor;
  readonly status: Tensor;
}

/** Codes of `runStatuses` that a run with step size control can end with. */
const codes = { nonFinite: 1, maxSteps: 2, stepUnderflow: 3 } as const;

/**
 * Runs with step size control from the first to the last of the times. The last step is cut to end at the last time, the others do not
 * know of output times. Outputs come from the dense output of each step.
 *
 * One turn of the loop takes the step that the last turn found good, then tries the next. Trying is no part of the
 * derivative: a step is computed there once, for its value. Taking it gives the same numbers, of which only the derivative is wanted;
 * so they are computed where one is, and from nothing but the start of the step and its size. A rejected step is taken with size 0.
 *
 * @param times - [n], ascending, in the dtype of the state
 */
export function integrateAdaptive(
  stepper: Stepper,
  problem: Problem,
  times: Tensor,
  options: AdaptiveOptions,
): LeafRun {
  const { dtype } = times;
  const start = problem.start.leaves;
  const count = times.shape[0] as number;
  const [first, end] = [np.at(times, 0).get(), np.at(times, count - 1).get()];
  const slope = problem.derivative(first, start);
  const guess = (): Tensor =>
    firstStep(problem.derivative, first, start, slope, np.sub(end, first), { ...options, order: stepper.errorOrder });
  const inner = count - 2;
  const point: Point = { time: first, state: start, memo: stepper.memoAt(slope, null) };
  const init: Carry = {
    ...point,
    step: nowhere(point, inner > 0 ? 4 : 0),
    control: {
      h: options.firstStep === null ? withoutDerivative("first step", guess) : literal(dtype, [], options.firstStep),
      memory: literal(dtype, [], startMemory(stepper.controller.beta)),
      rejectedLast: literal("bool", [], 0),
      tried: int(0),
      accepted: int(0),
      status: int(0),
    },
    next: int(0),
    between: inner > 0 ? start.map((leaf) => literal(leaf.dtype, [inner, ...leaf.shape], NaN)) : [],
  };
  const interior = inner > 0 ? np.slice(times, [1, count - 1]) : null;
  const last = whileLoop<Carry>(
    (c) =>
      np.logicalAnd(
        np.logicalAnd(np.less(c.time, end), np.equal(c.control.status, 0)),
        np.logicalOr(np.greater(c.step.size, 0), np.less(c.control.tried, options.maxSteps)),
      ),
    (c) => {
      const { at, dense, size } = take(stepper, c, end);
      const tried = withoutDerivative("step", () => tryStep(stepper, at, c.control, end, dense.length > 0, options));
      const filled =
        interior === null ? c : fillOutputs(c, { state: c.state, time: c.time, size, dense, after: at.time }, interior);
      return { ...at, ...tried, next: filled.next, between: filled.between };
    },
    init,
    { keep: options.keep },
  );
  const reached = np.greaterEqual(last.time, end);
  const { status, accepted, tried } = last.control;
  return {
    final: last.state,
    outputs: outputsOf(start, last, reached, count),
    status: np.where(reached, 0, np.where(np.equal(status, 0), int(codes.maxSteps), status)),
    accepted,
    rejected: np.sub(tried, accepted),
  };
}

/** Takes the step that was found good, and gives what it computed the derivative of the step. */
function take(
  stepper: Stepper,
  { time, state, memo, step }: Carry,
  end: Tensor,
): { readonly at: Point; readonly dense: Polynomial; readonly size: Tensor } {
  // A step that ends the run depends on when that is; the others have the size that they have.
  const size = withTangentOf(step.size, np.where(step.isLast, np.sub(end, time), step.size));
  const taken = stepper.attempt({ time, state, memo }, size);
  const dense = step.dense.length === 0 ? [] : taken.dense();
  return {
    at: {
      time: np.where(step.isLast, end, np.add(time, size)),
      state: withTangentsOf(step.state, taken.state),
      memo: withTangentsOf(step.memo, taken.memo),
    },
    dense: step.dense.map((power, i) => withTangentsOf(power, dense[i] as StateLeaves)),
    size,
  };
}

/** Tries the next step. */
function tryStep(
  stepper: Stepper,
  at: Point,
  c: Control,
  end: Tensor,
  withDense: boolean,
  options: AdaptiveOptions,
): Pick<Carry, "step" | "control"> {
  const { controller, errorOrder } = stepper;
  const { dtype } = at.time;
  const rest = np.sub(end, at.time);
  // A step that nearly ends the run ends it: no tiny step is left over.
  const isLast = np.greaterEqual(np.mul(c.h, 1.001), rest);
  const h = np.where(isLast, rest, c.h);
  const tried = stepper.attempt(at, h);
  const error = errorNorm(tried.errors, at.state, tried.state, options);
  const good = np.lessEqual(error, 1);
  const verdict = control(controller, errorOrder, { ...c, error, accepted: good });
  const nextH = np.mul(h, verdict.factor);
  const smallest = np.mul(np.maximum(np.abs(at.time), smallestTime(dtype)), 10 * epsilon(dtype));
  const stuck = np.logicalAnd(np.logicalNot(good), np.lessEqual(nextH, smallest));
  const reason = np.where(np.isfinite(error), int(codes.stepUnderflow), int(codes.nonFinite));
  // The turn that arrived, or that took the last step that was allowed, tries none.
  const counts = np.logicalAnd(np.less(c.tried, options.maxSteps), np.greater(rest, 0));
  const ok = np.logicalAnd(good, counts);
  const none = nowhere(at, 0);
  return {
    step: {
      size: np.where(ok, h, 0),
      isLast: np.logicalAnd(ok, isLast),
      state: chooseLeaves(ok, tried.state, none.state),
      memo: chooseLeaves(ok, tried.memo, none.memo),
      dense: withDense ? tried.dense() : [],
    },
    control: {
      h: nextH,
      memory: np.where(good, verdict.memory, c.memory),
      rejectedLast: np.logicalNot(good),
      tried: np.add(c.tried, counts.astype("int32")),
      accepted: np.add(c.accepted, ok.astype("int32")),
      status: np.where(np.logicalAnd(stuck, counts), reason, c.status),
    },
  };
}

/** The step that goes nowhere; its dense output has `degree` powers. */
function nowhere({ time, state, memo }: Point, degree: number): Step {
  return {
    size: literal(time.dtype, [], 0),
    isLast: literal("bool", [], 0),
    state,
    memo,
    dense: Array.from({ length: degree }, () => state.map((leaf) => literal(leaf.dtype, leaf.shape, 0))),
  };
}

function outputsOf(start: StateLeaves, last: Carry, reached: Tensor, count: number): StateLeaves {
  return start.map((leaf, i) => {
    const final = np.where(reached, last.state[i] as Tensor, NaN);
    const rows = [np.expandDims(leaf, 0), ...(count > 2 ? [last.between[i] as Tensor] : [])];
    return np.concatenate([...rows, np.expandDims(final, 0)], 0);
  });
}

function int(value: number): Tensor {
  return literal("int32", [], value);
}

function epsilon(dtype: string): number {
  return dtype === "float32" ? 2 ** -23 : 2 ** -52;
}

/** At time 0 a step has no smallest size but that of the numbers. */
function smallestTime(dtype: string): number {
  return dtype === "float32" ? 1e-30 : 1e-290;
}
