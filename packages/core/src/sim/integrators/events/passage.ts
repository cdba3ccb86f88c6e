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
  /** bool: whether the event happened at this point. */
  readonly fired: Tensor;
}

/** Where in a step the first events are, and which. */
export interface Passage {
  /** bool, shape []. */
  readonly happens: Tensor;
  /** Share of the step. */
  readonly theta: Tensor;
  /** bool `[events]`. */
  readonly fired: Tensor;
  /** bool, shape []: whether it is a plan that ends the step there, to the bit. */
  readonly isPlanned: Tensor;
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
const sameTime = 2 ** -40;

/** The sides of all conditions at the start of a run. Where one is zero, its derivative decides. */
export function sidesAt(events: BoundEvents, at: Pick<Point, "time" | "state">, slope: Slopes): Sides {
  const values = events.events.map((event) => event.value(at.time, at.state));
  const signs = events.events.map((event, i) => {
    if (event.isLevel) return literal(at.time.dtype, [], -1);
    const value = values[i] as Tensor;
    return np.sign(np.where(np.equal(value, 0), event.rate(at.time, at.state, slope), value));
  });
  return { values: np.stack(values), signs: np.stack(signs), fired: literal("bool", [events.count], 0) };
}

/** The conditions at a point where nothing has happened since `before`; a zero leaves them on their side. */
export function sidesAfter(events: BoundEvents, at: Pick<Point, "time" | "state">, before: Sides): Sides {
  const values = np.stack(events.events.map((event) => event.value(at.time, at.state)));
  const signs = np.sign(values);
  const fired = literal("bool", [events.count], 0);
  const isLevel = events.events.some((event) => event.isLevel);
  // Not above zero, be it no number, is below.
  const level = isLevel ? np.where(np.greater(values, 0), 1, -1) : null;
  const sided = np.where(np.equal(signs, 0), before.signs, signs);
  if (level === null) return { values, signs: sided, fired };
  return { values, signs: np.where(levels(events), level.astype(values.dtype), sided), fired };
}

/** bool `[events]`: which conditions are levels. */
function levels(events: BoundEvents): Tensor {
  return np.array(events.events.map(({ isLevel }) => isLevel));
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
        const own = bisect(event, stride, np.at(before.signs, i).get());
        return np.where(watched[i] as Tensor, own, 2);
      }),
    );
  const shares = cond(happens, locate, () => np.broadcastTo(one, [events.count])) as Tensor;
  const theta = np.minimum(np.min(shares), 1);
  const fired = np.logicalAnd(candidates, np.lessEqual(shares, np.add(theta, sameTime)));
  return { happens, theta, fired, isPlanned: literal("bool", [], 0) };
}

/** The conditions just after an event, before which the state was `left` and after which it is that of `at`. */
export function sidesAfterEvent(
  events: BoundEvents,
  stride: Stride,
  passage: Passage,
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
    const fired = np.sign(np.where(isZero, rate, is));
    const untouched = np.logicalOr(np.equal(is, was), np.equal(is, 0));
    return { value: is, sign: np.where(of(passage.fired), fired, np.where(untouched, of(start.signs), np.sign(is))) };
  });
  return {
    values: np.stack(each.map(({ value }) => value)),
    signs: np.stack(each.map(({ sign }) => sign)),
    fired: passage.fired,
  };
}

/** What counts as zero beside the values that a condition has in a step. */
const zero = 1e-10;

/**
 * The share of a step at which the first event is, with its derivative: two steps of Newton from the share that was found. The first gives
 * the derivative that the implicit function theorem gives, the second that of second order.
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
    const isFlat = np.logicalOr(np.equal(slope, 0), passage.isPlanned);
    theta = np.where(isFlat, theta, np.sub(theta, np.divide(f, np.where(isFlat, 1, slope))));
  }
  return theta;
}

/** The planned events at the end of a step whose time is the stop of it; null where there are none. bool `[events]`. */
export function plannedAt(plans: Tensor | null, stop: Tensor, isCut: Tensor): Tensor | null {
  return plans === null ? null : np.logicalAnd(np.lessEqual(plans, stop), isCut);
}

/** Adds planned events to a passage, unless an event comes before the end of the step. */
export function withPlanned(passage: Passage, planned: Tensor | null): Passage {
  if (planned === null) return passage;
  const isEarly = np.logicalAnd(passage.happens, np.less(passage.theta, 1 - sameTime));
  const inTime = np.logicalAnd(planned, np.logicalNot(isEarly));
  const fired = np.logicalOr(passage.fired, inTime);
  const own = np.any(inTime);
  return {
    happens: np.logicalOr(passage.happens, own),
    theta: np.where(own, 1, passage.theta),
    fired,
    isPlanned: own,
  };
}

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

/** The state and slope where an event is, before it is applied, and after. `end` is the time at the end of the step. */
export function land(
  events: BoundEvents,
  derivative: SlopeFunction,
  stride: Stride,
  end: Tensor,
  { fired, isPlanned }: Pick<Passage, "fired" | "isPlanned">,
  theta: Tensor,
): { readonly time: Tensor; readonly before: StateLeaves; readonly state: StateLeaves; readonly slope: Slopes } {
  const within = np.add(stride.from.time, np.mul(theta, stride.size));
  const time = np.where(isPlanned, end, within);
  const before = stateAt(stride.from.state, stride.dense, theta);
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
