import { evaluateAt, type LinePoint, type LineSearch } from "./line.js";

/** Options of `moreThuenteSearch`. */
export interface MoreThuenteOptions {
  /** c1 of the sufficient decrease; default 1e-4. */
  readonly decrease?: number;
  /** c2 of the curvature condition; default 0.9. */
  readonly curvature?: number;
  /** The search ends where the interval is shorter than this part of its upper end; default 1e-14. */
  readonly width?: number;
  /** Shortest step; default 1e-100. */
  readonly minStep?: number;
  /** Longest step, if the caller gives none; default 1e100. */
  readonly maxStep?: number;
  /** Most evaluations; default 100. */
  readonly maxEvaluations?: number;
}

/** An end of the interval: step, value and slope. */
interface End {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

/** The interval that is searched. `best` is the lowest end; `other` is only an end once a minimum is bracketed. */
interface Interval {
  readonly best: End;
  readonly other: End;
  readonly bracketed: boolean;
}

/** How far a step may go beyond the best one while no minimum is bracketed, as multiples of the last advance. */
const extrapolation = { least: 1.1, most: 4 };
/** An interval that does not shrink to this part in two trials is halved. */
const shrinkage = 0.66;
/** Halvings of a first step at which the model fails, before the search gives up. */
const maxHalvings = 30;

/**
 * Strong Wolfe line search with safeguarded cubic steps.
 *
 * Source: J. J. Moré and D. J. Thuente, Line search algorithms with guaranteed sufficient decrease, ACM TOMS 20 (1994):
 * the search of section 2, trial values of section 4, and the constants of their MINPACK-2 program.
 */
export function moreThuenteSearch(options: MoreThuenteOptions = {}): LineSearch {
  const { decrease = 1e-4, curvature = 0.9, width = 1e-14, minStep = 1e-100, maxEvaluations = 100 } = options;
  const longest = options.maxStep ?? 1e100;

  return async (problem, start, firstStep, maxStep = longest) => {
    if (!(start.slope < 0) || firstStep > maxStep) return null;
    const wanted = decrease * start.slope;
    /** The value less the line of sufficient decrease; the first stage of the search looks for its minimum. */
    const reduced = (end: End): End => ({
      step: end.step,
      value: end.value - end.step * wanted,
      slope: end.slope - wanted,
    });
    const restored = (end: End): End => ({
      step: end.step,
      value: end.value + end.step * wanted,
      slope: end.slope + wanted,
    });
    const origin: End = { step: 0, value: start.value, slope: start.slope };
    let interval: Interval = { best: origin, other: origin, bracketed: false };
    let stage = 1;
    let [length, lengthBefore] = [maxStep - minStep, 2 * (maxStep - minStep)];
    let [low, high] = [0, firstStep + extrapolation.most * firstStep];
    let step = firstStep;
    let halvings = 0;

    for (let used = 0; used < maxEvaluations; used++) {
      const point: LinePoint = await evaluateAt(problem, start, step);
      if (!Number.isFinite(point.value) || !Number.isFinite(point.slope)) {
        // Beyond where the model holds: nothing can be interpolated there.
        if (++halvings > maxHalvings) return null;
        step = interval.best.step + 0.5 * (step - interval.best.step);
        high = Math.min(high, step);
        continue;
      }
      const limit = start.value + step * wanted;
      if (point.value <= limit && Math.abs(point.slope) <= -curvature * start.slope) return point;
      if (stage === 1 && point.value <= limit && point.slope >= 0) stage = 2;
      const { bracketed } = interval;
      if (bracketed && (step <= low || step >= high || high - low <= width * high)) return null;
      if (step === maxStep && point.value <= limit && point.slope <= wanted) return point;
      if (step === minStep && (point.value > limit || point.slope >= wanted)) return null;

      const trial: End = { step, value: point.value, slope: point.slope };
      let next: number;
      if (stage === 1 && point.value <= interval.best.value && point.value > limit) {
        const inner = { ...interval, best: reduced(interval.best), other: reduced(interval.other) };
        const moved = advance(inner, reduced(trial), low, high);
        interval = { ...moved.interval, best: restored(moved.interval.best), other: restored(moved.interval.other) };
        next = moved.step;
      } else {
        ({ interval, step: next } = advance(interval, trial, low, high));
      }

      const { best, other } = interval;
      if (interval.bracketed) {
        if (Math.abs(other.step - best.step) >= shrinkage * lengthBefore) {
          next = best.step + 0.5 * (other.step - best.step);
        }
        lengthBefore = length;
        length = Math.abs(other.step - best.step);
        low = Math.min(best.step, other.step);
        high = Math.max(best.step, other.step);
      } else {
        low = next + extrapolation.least * (next - best.step);
        high = next + extrapolation.most * (next - best.step);
      }
      next = clip(next, minStep, maxStep);
      if (interval.bracketed && (next <= low || next >= high || high - low <= width * high)) next = best.step;
      if (!Number.isFinite(next)) return null;
      step = next;
    }
    return null;
  };
}

/** The next interval and trial step: section 4 of the paper, by the sign and size of the slope at the trial. */
function advance(
  interval: Interval,
  trial: End,
  low: number,
  high: number,
): { readonly interval: Interval; readonly step: number } {
  const { best, other, bracketed } = interval;
  const turned = Math.sign(trial.slope) * Math.sign(best.slope) < 0;
  if (trial.value > best.value) {
    // Case 1: a higher value; the minimum is bracketed.
    const cubic = cubicStep(best, trial);
    const quadratic =
      best.step +
      (best.slope / ((best.value - trial.value) / (trial.step - best.step) + best.slope) / 2) *
        (trial.step - best.step);
    const nearer = Math.abs(cubic - best.step) <= Math.abs(quadratic - best.step);
    const step = nearer ? cubic : cubic + (quadratic - cubic) / 2;
    return { interval: { best, other: trial, bracketed: true }, step };
  }
  if (turned) {
    // Case 2: a lower value and a slope of the other sign; the minimum is bracketed.
    const cubic = cubicStep(trial, best);
    const secant = secantStep(best, trial);
    const farther = Math.abs(cubic - trial.step) > Math.abs(secant - trial.step);
    return { interval: { best: trial, other: best, bracketed: true }, step: farther ? cubic : secant };
  }
  const moved: Interval = { best: trial, other, bracketed };
  if (Math.abs(trial.slope) < Math.abs(best.slope)) {
    // Case 3: a lower value and a flatter slope.
    const cubic = flatterCubicStep(best, trial, low, high);
    const secant = secantStep(best, trial);
    const cubicIsNearer = Math.abs(cubic - trial.step) < Math.abs(secant - trial.step);
    if (!bracketed) {
      const farthest = Math.abs(cubic - trial.step) > Math.abs(secant - trial.step) ? cubic : secant;
      return { interval: moved, step: clip(farthest, low, high) };
    }
    const nearest = cubicIsNearer ? cubic : secant;
    const inside = trial.step + shrinkage * (other.step - trial.step);
    const step = trial.step > best.step ? Math.min(inside, nearest) : Math.max(inside, nearest);
    return { interval: moved, step };
  }
  // Case 4: a lower value and a slope that is not flatter.
  if (bracketed) return { interval: moved, step: cubicStep(trial, other) };
  return { interval: moved, step: trial.step > best.step ? high : low };
}

/** Minimum of the cubic with the values and slopes of two ends, seen from the first. */
function cubicStep(from: End, to: End): number {
  const theta = (3 * (from.value - to.value)) / (to.step - from.step) + from.slope + to.slope;
  const scale = Math.max(Math.abs(theta), Math.abs(from.slope), Math.abs(to.slope));
  const root = scale * Math.sqrt((theta / scale) ** 2 - (from.slope / scale) * (to.slope / scale));
  const gamma = to.step < from.step ? -root : root;
  const ratio = (gamma - from.slope + theta) / (gamma - from.slope + gamma + to.slope);
  return from.step + ratio * (to.step - from.step);
}

/** The same where the cubic may have no minimum beyond the trial: then as far as allowed. */
function flatterCubicStep(best: End, trial: End, low: number, high: number): number {
  const theta = (3 * (best.value - trial.value)) / (trial.step - best.step) + best.slope + trial.slope;
  const scale = Math.max(Math.abs(theta), Math.abs(best.slope), Math.abs(trial.slope));
  const root = scale * Math.sqrt(Math.max(0, (theta / scale) ** 2 - (best.slope / scale) * (trial.slope / scale)));
  const gamma = trial.step > best.step ? -root : root;
  const ratio = (gamma - trial.slope + theta) / (gamma + (best.slope - trial.slope) + gamma);
  if (ratio < 0 && gamma !== 0) return trial.step + ratio * (best.step - trial.step);
  return trial.step > best.step ? high : low;
}

function secantStep(best: End, trial: End): number {
  return trial.step + (trial.slope / (trial.slope - best.slope)) * (best.step - trial.step);
}

function clip(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
