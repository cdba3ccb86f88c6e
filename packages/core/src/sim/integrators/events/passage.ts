import { np } from "../../../trace/np.js";
import { cond, foriLoop } from "../../../trace/control.js";
import { literal } from "../../../trace/operands.js";
import type { Tensor } from "../../../trace/tensor.js";
import { jvp } from "../../../compile/forward.js";
import { chooseLeaves } from "../leaves.js";
import type { SlopeFunction, Slopes, StateLeaves } from "../method.js";
import { stateAt } from "../polynomial.js";
import type { Point, Stride } from "../stepper.js";
import type { BoundEvent, BoundEvents } from "./boundEvents.js";

/** What is known of each condition where a step starts: its value, and on which side of zero it is (-1, 0 or 1). `[events]` each. */
export interface Sides {
  readonly values: Tensor;
  readonly signs: Tensor;
  /** bool: whether it passed zero at this point, in an event. */
  readonly passed: Tensor;
}

/** Where in a step the first events are, and which. */
export interface Passage {
  /** bool, shape []. */
  readonly happens: Tensor;
  /** Share of the step. */
  readonly theta: Tensor;
  /** bool `[events]`. */
  readonly fired: Tensor;
  /** bool, shape []: whether it is at the end of the step, by plan; null where no event has a plan. */
  readonly isPlanned: Tensor | null;
}

/** A passage with what it leads to; values without derivative. */
export interface Landing extends Passage {
  /** bool, shape []: whether the run ends there. */
  readonly ends: Tensor;
  /** Time and state after the step, before events change it; those at its end where none is in it. */
  readonly time: Tensor;
  readonly before: StateLeaves;
}

/** Share of a step within which events are at the same time. */
export const sameTime: number = 2 ** -40;

/** The sides of all conditions at the start of a run. Where one is zero, its derivative decides. */
export function sidesAt(events: BoundEvents, at: Pick<Point, "time" | "state">, slope: Slopes): Sides {
  const values = events.events.map((event) => event.value(at.time, at.state));
  const signs = events.events.map((event, i) => {
    if (event.isLevel) return literal(at.time.dtype, [], -1);
    const value = values[i] as Tensor;
    return np.sign(np.where(np.equal(value, 0), event.rate(at.time, at.state, slope), value));
  });
  return { values: np.stack(values), signs: np.stack(signs), passed: literal("bool", [events.count], 0) };
}

/** The conditions at a point where nothing has happened since `before`; a zero leaves them on their side. */
export function sidesAfter(events: BoundEvents, at: Pick<Point, "time" | "state">, before: Sides): Sides {
  const values = np.stack(events.events.map((event) => event.value(at.time, at.state)));
  const signs = np.sign(values);
  const passed = literal("bool", [events.count], 0);
  const sided = np.where(np.equal(signs, 0), before.signs, signs);
  const levels = events.events.map(({ isLevel }) => isLevel);
  if (!levels.includes(true)) return { values, signs: sided, passed };
  // What is not above zero, be it no number, is below.
  const level = np.where(np.greater(values, 0), 1, -1).astype(values.dtype);
  return { values, signs: np.where(np.array(levels), level, sided), passed };
}

/** Whether an event happens between two points, and where the first does: by bisection, to the last bit of the share. */
export function findPassage(
  events: BoundEvents,
  stride: Stride,
  before: Sides,
  after: Sides,
  isTaken: Tensor,
): Passage {
  const { dtype } = stride.size;
  const passed = np.less(np.mul(before.signs, after.signs), 0);
  const watched = events.events.map(({ from }, i) => {
    const own = np.at(passed, i).get();
    return from === 0 ? own : np.logicalAnd(own, np.equal(np.at(before.signs, i).get(), from));
  });
  const candidates = np.logicalAnd(np.stack(watched), isTaken);
  const happens = np.any(candidates);
  const one = literal(dtype, [], 1);
  const locate = (): Tensor =>
    np.stack(
      events.events.map((event, i) => {
        const found = bisect(event, stride, np.at(before.signs, i).get());
        const own = event.isLevel ? np.where(isAbove(event, stride.from), 0, found) : found;
        return np.where(watched[i] as Tensor, own, 2);
      }),
    );
  const shares = cond(happens, locate, () => np.broadcastTo(one, [events.count])) as Tensor;
  const theta = np.minimum(np.min(shares), 1);
  const fired = np.logicalAnd(candidates, np.lessEqual(shares, np.add(theta, sameTime)));
  return { happens, theta, fired, isPlanned: null };
}

/** Whether a level is above zero already where a step starts: its event is there, to the bit. */
function isAbove(event: BoundEvent, { time, state }: Stride["from"]): Tensor {
  return np.greater(event.value(time, state), 0);
}

/** The conditions just after an event, before which the state was `left` and after which it is that of `at`; `passed` says which had passed zero. */
export function sidesAfterEvent(
  events: BoundEvents,
  stride: Stride,
  passed: Tensor,
  left: StateLeaves,
  at: Pick<Point, "time" | "state">,
  slope: Slopes,
  ends: readonly [before: Sides, after: Sides],
): Sides {
  const [start, end] = ends;
  const each = events.events.map((event, i) => {
    const of = (vector: Tensor): Tensor => np.at(vector, i).get();
    if (event.isLevel) return { value: of(start.values), sign: literal(at.time.dtype, [], -1) };
    const [was, is] = [event.value(at.time, left), event.value(at.time, at.state)];
    const rate = event.rate(at.time, at.state, slope);
    // A value that is zero but for rounding says nothing: its side is where it goes.
    const scale = np.add(np.add(np.abs(of(start.values)), np.abs(of(end.values))), np.abs(np.mul(rate, stride.size)));
    const isZero = np.lessEqual(np.abs(is), np.add(np.mul(np.abs(was), 4), np.mul(scale, zero)));
    const next = np.sign(np.where(isZero, rate, is));
    const untouched = np.logicalOr(np.equal(is, was), np.equal(is, 0));
    return { value: is, sign: np.where(of(passed), next, np.where(untouched, of(start.signs), np.sign(is))) };
  });
  return {
    values: np.stack(each.map(({ value }) => value)),
    signs: np.stack(each.map(({ sign }) => sign)),
    passed,
  };
}

/** What counts as zero beside the values that a condition has in a step. */
const zero = 1e-10;

/**
 * The share of a step at which the first event is, with its derivative: two steps of Newton from the share that was found. The first gives
 * the derivative that the implicit function theorem gives, the second that of second order. What is found where a condition jumps, or was
 * above zero from the start, is no zero: it stays where it is.
 */
export function refine(events: BoundEvents, stride: Stride, passage: Passage): Tensor {
  const value = (theta: Tensor): Tensor => {
    const time = np.add(stride.from.time, np.mul(theta, stride.size));
    const state = stateAt(stride.from.state, stride.dense, theta);
    const values = events.events.map((event) => event.value(time, state));
    // the first that fired
    return values.reduceRight((rest, own, i) => np.where(np.at(passage.fired, i).get(), own, rest));
  };
  let theta = passage.theta;
  for (let k = 0; k < 2; k++) {
    const [f, slope] = jvp(value, [theta], [literal(theta.dtype, [], 1)]) as [Tensor, Tensor];
    const isZero = np.lessEqual(np.abs(f), np.mul(np.abs(slope), nearZero));
    const isSmooth = np.logicalAnd(isZero, np.notEqual(slope, 0));
    const moves = passage.isPlanned === null ? isSmooth : np.logicalAnd(isSmooth, np.logicalNot(passage.isPlanned));
    theta = np.where(moves, np.sub(theta, np.divide(f, np.where(moves, slope, 1))), theta);
  }
  return theta;
}

/** A step of Newton that is longer than this share of the step does not come from rounding. */
const nearZero = 2 ** -10;

/** The state after all events that fired, one after another. */
export function applyFired(events: BoundEvents, fired: Tensor, time: Tensor, state: StateLeaves): StateLeaves {
  return events.events.reduce((leaves, { apply }, i) => {
    return apply === null ? leaves : chooseLeaves(np.at(fired, i).get(), apply(time, leaves), leaves);
  }, state);
}

/** Whether an event that fired ends the run. */
export function endsRun(events: BoundEvents, fired: Tensor): Tensor {
  const ends = events.events.flatMap(({ terminal }, i) => (terminal ? [np.at(fired, i).get()] : []));
  return ends.reduce((a, b) => np.logicalOr(a, b), literal("bool", [], 0));
}

/** Time and state where an event is, before it is applied, and state and slope after it. `end` is where the step would end. */
export function land(
  events: BoundEvents,
  derivative: SlopeFunction,
  stride: Stride,
  end: Pick<Point, "time" | "state">,
  { fired, isPlanned }: Pick<Passage, "fired" | "isPlanned">,
  theta: Tensor,
): { readonly time: Tensor; readonly before: StateLeaves; readonly state: StateLeaves; readonly slope: Slopes } {
  const within = np.add(stride.from.time, np.mul(theta, stride.size));
  const inside = stateAt(stride.from.state, stride.dense, theta);
  const time = isPlanned === null ? within : np.where(isPlanned, end.time, within);
  const before = isPlanned === null ? inside : chooseLeaves(isPlanned, end.state, inside);
  const state = applyFired(events, fired, time, before);
  return { time, before, state, slope: derivative(time, state) };
}

/** First share of a step, to the last bit, at which a condition that starts on a side has left it. */
function bisect(event: BoundEvent, { from, size, dense }: Stride, side: Tensor): Tensor {
  const rounds = size.dtype === "float32" ? 25 : 54;
  const [, high] = foriLoop(
    0,
    rounds,
    (_, [low, high]: readonly [Tensor, Tensor]) => {
      const middle = np.mul(np.add(low, high), 0.5);
      const value = event.value(np.add(from.time, np.mul(middle, size)), stateAt(from.state, dense, middle));
      const left = np.less(np.mul(value, side), 0);
      return [np.where(left, low, middle), np.where(left, middle, high)];
    },
    [literal(size.dtype, [], 0), literal(size.dtype, [], 1)],
  );
  return high;
}
