import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import { whileLoop, type WhileOptions } from "../../trace/control.js";
import type { Tensor } from "../../trace/tensor.js";
import { firstStep, startMemory } from "./controller.js";
import type { BoundEvents } from "./events/boundEvents.js";
import { emptyLog, logEvents, type Log } from "./events/log.js";
import { sidesAt } from "./events/passage.js";
import type { Slopes, StateLeaves } from "./method.js";
import { fillOutputs, fillWaiting } from "./outputs.js";
import type { Problem } from "./problem.js";
import { noStep, type Control, type Step } from "./step.js";
import type { Point, Stepper } from "./stepper.js";
import { takeStep } from "./takeStep.js";
import { withoutDerivative } from "./tangents.js";
import { codes, tryStep } from "./tryStep.js";
import type { Tolerances } from "./tolerances.js";

/** How an adaptive run is made. */
export interface AdaptiveOptions extends Tolerances {
  /** Most steps that are tried, rejected ones included. */
  readonly maxSteps: number;
  /** Size of the first step; null: guessed. */
  readonly firstStep: number | null;
  readonly keep: NonNullable<WhileOptions["keep"]>;
  readonly events: BoundEvents | null;
}

/** A run on the leaves of the state. */
export interface LeafRun {
  /** The state where the run ended. */
  readonly final: StateLeaves;
  /** Those leaves of it that the right-hand side moves. */
  readonly moving: StateLeaves;
  /** The time there. */
  readonly finalTime: Tensor;
  /** The states at all output times, each `[times, ...]`; NaN where the run did not get there. */
  readonly outputs: StateLeaves;
  /** int32: how it ended; see `runStatuses`. */
  readonly status: Tensor;
  /** int32: steps that were taken, and that were tried and rejected. */
  readonly accepted: Tensor;
  readonly rejected: Tensor;
  readonly events: Log | null;
}

/** What goes from a turn of the loop to the next. */
interface Carry extends Point {
  /** The step from this point that was tried last, found good, and is to be taken. */
  readonly step: Step;
  readonly control: Control;
  /** Number of the next output time, and the outputs between the first and the last. */
  readonly next: Tensor;
  readonly between: StateLeaves;
  readonly log: Log | null;
  /** The state at this point before an event changed it; null where no output is to show it. */
  readonly before: StateLeaves | null;
  /** Whether an event has ended the run. */
  readonly ended: Tensor;
}

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
  const start = problem.start.leaves;
  const { events } = options;
  const count = times.shape[0] as number;
  const [first, end] = [np.at(times, 0).get(), np.at(times, count - 1).get()];
  const interior = count > 2 ? np.slice(times, [1, count - 1]) : null;
  const slope = problem.derivative(first, start);
  const init = startOf(stepper, problem, first, end, slope, interior, options);
  const last = whileLoop<Carry>(
    ({ time, step, control, ended }) => {
      const mayGoOn = np.logicalOr(np.greater(step.size, 0), np.less(control.tried, options.maxSteps));
      const isWell = np.logicalAnd(np.equal(control.status, 0), np.logicalNot(ended));
      return np.logicalAnd(np.logicalAnd(np.less(time, end), isWell), mayGoOn);
    },
    (c) => {
      const { landing } = c.step;
      const { at, before, stride } = takeStep(stepper, problem, c, end, events);
      const log =
        events === null || c.log === null || landing === null
          ? null
          : logEvents(events, c.log, landing, at.time, before);
      const ended = landing?.ends ?? c.ended;
      const known = { at, control: c.control, end, ended, logged: log?.count ?? null };
      const tried = withoutDerivative("step", () => tryStep(stepper, problem, known, interior !== null, options));
      // An output at an event waits for a step that goes on from there.
      const waits =
        landing !== null && events?.outputsAfter === true
          ? np.logicalOr(landing.happens, np.equal(c.step.size, 0))
          : null;
      const filled = interior === null ? c : fillOutputs(c, stride, at.time, waits, interior);
      const left = c.before === null ? null : before;
      return { ...at, ...tried, next: filled.next, between: filled.between, log, before: left, ended };
    },
    init,
    { keep: options.keep },
  );
  const reached = np.greaterEqual(last.time, end);
  const { status, accepted, tried } = last.control;
  const stopped = np.where(np.equal(status, 0), int(codes.maxSteps), status);
  return {
    final: last.state,
    moving: last.state.filter((_, i) => slope[i] !== null),
    finalTime: last.time,
    outputs: outputsOf(start, last, reached, interior, events),
    status: np.where(np.logicalOr(reached, last.ended), 0, stopped),
    accepted,
    rejected: np.sub(tried, accepted),
    events: last.log,
  };
}

function startOf(
  stepper: Stepper,
  problem: Problem,
  time: Tensor,
  end: Tensor,
  slope: Slopes,
  interior: Tensor | null,
  options: AdaptiveOptions,
): Carry {
  const { dtype } = time;
  const { events } = options;
  const state = problem.start.leaves;
  const point: Point = { time, state, memo: stepper.memoAt(slope, null) };
  const order = stepper.errorOrder;
  const guess = (): Tensor =>
    firstStep(problem.derivative, time, state, slope, np.sub(end, time), { ...options, order });
  const inner = interior === null ? 0 : (interior.shape[0] as number);
  return {
    ...point,
    step: noStep(point, slope, inner > 0 || events !== null, events),
    control: {
      h: options.firstStep === null ? withoutDerivative("first step", guess) : literal(dtype, [], options.firstStep),
      memory: literal(dtype, [], startMemory(stepper.controller.beta)),
      rejectedLast: literal("bool", [], 0),
      tried: int(0),
      accepted: int(0),
      status: int(0),
      sides: events === null ? null : withoutDerivative("events", () => sidesAt(events, point, slope)),
    },
    next: int(0),
    between: inner > 0 ? state.map((leaf) => literal(leaf.dtype, [inner, ...leaf.shape], NaN)) : [],
    log: events === null ? null : emptyLog(events.isLogged ? events.limit : 0, state),
    before: events !== null && showsBefore(events) ? state : null,
    ended: literal("bool", [], 0),
  };
}

/** Whether outputs show states that events change, before they do. */
function showsBefore({ outputsAfter, events }: BoundEvents): boolean {
  return !outputsAfter && events.some(({ apply }) => apply !== null);
}

function outputsOf(
  start: StateLeaves,
  last: Carry,
  reached: Tensor,
  interior: Tensor | null,
  events: BoundEvents | null,
): StateLeaves {
  const waiting = interior !== null && events?.outputsAfter === true;
  const between = waiting ? fillWaiting(last, last, interior) : last.between;
  const ends = last.before ?? last.state;
  return start.map((leaf, i) => {
    const final = np.where(reached, ends[i] as Tensor, NaN);
    const rows = [np.expandDims(leaf, 0), ...(interior === null ? [] : [between[i] as Tensor])];
    return np.concatenate([...rows, np.expandDims(final, 0)], 0);
  });
}

function int(value: number): Tensor {
  return literal("int32", [], value);
}
