import { np } from "../../trace/np.js";
import { cond } from "../../trace/control.js";
import { literal } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";
import { control, errorNorm } from "./controller.js";
import type { BoundEvents } from "./events/boundEvents.js";
import { endsRun, findPassage, land, sidesAfter, sidesAfterEvent, type Landing, type Sides } from "./events/passage.js";
import { nextStop, withPlanned, type Stop } from "./events/plan.js";
import { chooseLeaves } from "./leaves.js";
import type { StateLeaves } from "./method.js";
import type { Problem } from "./problem.js";
import type { Control, Step } from "./step.js";
import type { Attempt, Point, Stepper } from "./stepper.js";
import type { Tolerances } from "./tolerances.js";

/** Codes of `runStatuses` that a run with step size control can end with. */
export const codes = { nonFinite: 1, maxSteps: 2, stepUnderflow: 3, tooManyEvents: 4 } as const;

/** What is known when a step is tried. */
export interface Known {
  readonly at: Point;
  readonly control: Control;
  /** The last time. */
  readonly end: Tensor;
  /** Whether an event has ended the run. */
  readonly ended: Tensor;
  /** Events so far; null where none are looked for. */
  readonly logged: Tensor | null;
}

/** How steps are chosen. */
export interface TryOptions extends Tolerances {
  readonly maxSteps: number;
  readonly events: BoundEvents | null;
}

/** Tries the next step. Nothing of it has a derivative. */
export function tryStep(
  stepper: Stepper,
  problem: Problem,
  known: Known,
  withDense: boolean,
  options: TryOptions,
): { readonly step: Step; readonly control: Control } {
  const { at, control: c, end } = known;
  const stop = nextStop(options.events, end, at.time, at.state);
  const rest = np.sub(stop.time, at.time);
  // A step that nearly ends at the stop ends there: no tiny step is left over.
  const isCut = np.greaterEqual(np.mul(c.h, 1.001), rest);
  const h = np.where(isCut, rest, c.h);
  const tried = stepper.attempt(at, h, withDense || options.events !== null);
  const error = errorNorm(tried.errors, at.state, tried.state, options);
  const good = np.lessEqual(error, 1);
  const verdict = control(stepper.controller, stepper.errorOrder, { ...c, error, accepted: good });
  const proposed = np.mul(h, verdict.factor);
  // A good step that was cut says nothing against the size that it would have had.
  const isShort = np.logicalAnd(good, isCut);
  const nextH = stop.plans === null ? proposed : np.where(isShort, np.maximum(proposed, c.h), proposed);
  // The turn that arrived, or that took the last step that was allowed, tries none.
  const counts = np.logicalAnd(
    np.logicalAnd(np.less(c.tried, options.maxSteps), np.greater(rest, 0)),
    np.logicalNot(known.ended),
  );
  const taken = np.logicalAnd(good, counts);
  const arrival = arrive(stepper, problem, known, { tried, h, isCut, stop, ok: taken }, options.events);
  const ok = np.logicalAnd(taken, np.logicalNot(arrival.isOver));
  const stuck = np.logicalAnd(np.logicalAnd(np.logicalNot(good), np.lessEqual(nextH, smallestStep(at.time))), counts);
  const reason = np.where(np.isfinite(error), int(codes.stepUnderflow), int(codes.nonFinite));
  return {
    step: {
      size: np.where(ok, h, 0),
      isCut: np.logicalAnd(np.logicalAnd(ok, isCut), np.logicalNot(arrival.isWithin)),
      state: chooseLeaves(ok, arrival.state, at.state),
      memo: chooseLeaves(ok, arrival.memo, at.memo),
      dense: tried.dense,
      landing: arrival.landing === null ? null : quiet(arrival.landing, ok, at),
    },
    control: {
      h: nextH,
      memory: np.where(good, verdict.memory, c.memory),
      rejectedLast: np.logicalNot(good),
      tried: np.add(c.tried, counts.astype("int32")),
      accepted: np.add(c.accepted, ok.astype("int32")),
      status: np.where(stuck, reason, np.where(arrival.isOver, int(codes.tooManyEvents), c.status)),
      sides: chooseSides(ok, arrival.sides, c.sides),
    },
  };
}

/** What a step leads to. */
interface Arrival extends Point {
  readonly landing: Landing | null;
  readonly sides: Sides | null;
  /** bool: whether an event is in the step, not planned for its end. */
  readonly isWithin: Tensor;
  /** bool: whether there are more events than the log can take, or ever more of them at one time. */
  readonly isOver: Tensor;
}

interface Trial {
  readonly tried: Attempt;
  readonly h: Tensor;
  readonly isCut: Tensor;
  readonly stop: Stop;
  readonly ok: Tensor;
}

function arrive(
  stepper: Stepper,
  problem: Problem,
  { at, control: c, logged }: Known,
  { tried, h, isCut, stop, ok }: Trial,
  events: BoundEvents | null,
): Arrival {
  const no = literal("bool", [], 0);
  const time = np.where(isCut, stop.time, np.add(at.time, h));
  const { state, memo } = tried;
  const { sides: start } = c;
  if (events === null || start === null || logged === null) {
    return { time, state, memo, landing: null, sides: null, isWithin: no, isOver: no };
  }
  const stride = { from: at, size: h, dense: tried.dense };
  const after = sidesAfter(events, { time, state }, start);
  const found = findPassage(events, stride, start, after, ok);
  const passage = withPlanned(found, stop, np.logicalAnd(isCut, ok));
  const { happens, fired, theta, isPlanned } = passage;
  interface There extends Point {
    readonly before: StateLeaves;
    readonly sides: Sides;
  }
  const there = cond(
    happens,
    (): There => {
      const { slope, before, ...point } = land(events, problem.derivative, stride, { time, state }, passage, theta);
      const sides = sidesAfterEvent(events, stride, found.fired, before, point, slope, [start, after]);
      return { ...point, before, memo: stepper.memoAt(slope, memo), sides };
    },
    (): There => ({ time, state, before: state, memo, sides: after }),
  );
  const total = np.add(logged, np.sum(fired.astype("int32")));
  // A condition that passes zero again before time has moved will do so forever; a level may take some rounds.
  const own = events.events.flatMap(({ isLevel }, i) => (isLevel ? [] : [i]));
  const again = own.reduce(
    (any, i) => np.logicalOr(any, np.logicalAnd(np.at(found.fired, i).get(), np.at(start.passed, i).get())),
    no,
  );
  const stands = np.logicalAnd(again, np.lessEqual(np.sub(there.time, at.time), smallestStep(at.time)));
  return {
    ...there,
    landing: { ...passage, ends: endsRun(events, fired), time: there.time, before: there.before },
    isWithin: isPlanned === null ? happens : np.logicalAnd(happens, np.logicalNot(isPlanned)),
    isOver: np.logicalAnd(happens, np.logicalOr(np.greater(total, events.limit), stands)),
  };
}

/** A landing, or none where the step is not taken. */
function quiet(landing: Landing, ok: Tensor, at: Point): Landing {
  return {
    happens: np.logicalAnd(landing.happens, ok),
    theta: landing.theta,
    fired: np.logicalAnd(landing.fired, ok),
    isPlanned: landing.isPlanned === null ? null : np.logicalAnd(landing.isPlanned, ok),
    ends: np.logicalAnd(landing.ends, ok),
    time: np.where(ok, landing.time, at.time),
    before: chooseLeaves(ok, landing.before, at.state),
  };
}

function chooseSides(ok: Tensor, after: Sides | null, before: Sides | null): Sides | null {
  if (after === null || before === null) return null;
  return {
    values: np.where(ok, after.values, before.values),
    signs: np.where(ok, after.signs, before.signs),
    passed: np.where(ok, after.passed, before.passed),
  };
}

function int(value: number): Tensor {
  return literal("int32", [], value);
}

/** A step below which time would not move. At time 0 a step has no smallest size but that of the numbers. */
function smallestStep(time: Tensor): Tensor {
  const [epsilon, smallest] = time.dtype === "float32" ? [2 ** -23, 1e-30] : [2 ** -52, 1e-290];
  return np.mul(np.maximum(np.abs(time), smallest), 10 * epsilon);
}
