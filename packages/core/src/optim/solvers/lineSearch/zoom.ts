import { evaluateAt, type LinePoint, type LineSearch, type LineStart } from "./line.js";

/** Options of `zoomSearch`. */
export interface ZoomOptions {
  /** Most evaluations of one search; default 20. */
  readonly maxEvaluations?: number;
  /** c1 of the sufficient decrease; default 1e-4. */
  readonly decrease?: number;
  /** c2 of the curvature condition; default 0.9. */
  readonly curvature?: number;
}

/** Part of the value by which it may rise, near a minimum, where the decrease drowns in rounding (Hager and Zhang). */
const approximateRise = 1e-6;
/** An interval that is shorter is not searched further once a decrease is found. */
const shortestInterval = 1e-5;
/** Parts of the interval that a cubic, and a quadratic, must keep from its ends. */
const cubicMargin = 0.2;
const quadraticMargin = 0.1;

/** A trial and how far it is from satisfying the two conditions; 0 is satisfied. */
interface Trial {
  readonly point: LinePoint;
  readonly decreaseError: number;
  readonly curvatureError: number;
}

/**
 * Strong Wolfe line search by bracketing and zoom.
 *
 * Sources: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. 2006, Algorithms 3.5 and 3.6, interpolation (3.57 to
 * 3.59); approximate decrease near a minimum: W. W. Hager and H. Zhang, Algorithm 851: CG_DESCENT, ACM TOMS 32 (2006),
 * equations (23), (26), (27).
 */
export function zoomSearch(options: ZoomOptions = {}): LineSearch {
  const { maxEvaluations = 20, decrease = 1e-4, curvature = 0.9 } = options;

  return async (problem, start, firstStep, maxStep = Infinity) => {
    const origin: LinePoint = { ...start, step: 0 };
    let used = 0;
    /** Lowers the loss, though the curvature condition may not hold. */
    let safe: LinePoint | null = null;
    const attempt = async (step: number): Promise<Trial> => {
      used++;
      return judge(await evaluateAt(problem, start, step), start, decrease, curvature);
    };

    let previous = origin;
    let bracket: { readonly low: LinePoint; readonly high: LinePoint } | null = null;
    while (bracket === null) {
      const step = Math.min(used === 0 ? firstStep : 2 * previous.step, maxStep);
      const { point, decreaseError, curvatureError } = await attempt(step);
      if (decreaseError === 0) safe = point;
      if (decreaseError === 0 && curvatureError === 0) return point;
      if (decreaseError > 0 || (point.value >= previous.value && used > 1)) bracket = { low: previous, high: point };
      else if (point.slope >= 0) bracket = { low: point, high: previous };
      // The longest step lowers the loss and still goes down: none of those allowed has a flatter slope.
      else if (step >= maxStep) return point;
      if (used >= maxEvaluations) return safe;
      previous = point;
    }

    let { low, high } = bracket;
    let reference = low;
    for (;;) {
      const isShort = Math.abs(high.step - low.step) <= shortestInterval;
      const { point, decreaseError, curvatureError } = await attempt(between(low, high, reference));
      if (decreaseError === 0 && point.value < (safe ?? start).value) safe = point;
      if (decreaseError === 0 && curvatureError === 0) return point;
      if (used >= maxEvaluations || (isShort && safe !== null)) return safe;
      if (decreaseError > 0 || point.value >= low.value) {
        reference = high;
        high = point;
      } else {
        const turned = point.slope * (high.step - low.step) >= 0;
        reference = turned ? high : low;
        if (turned) high = low;
        low = point;
      }
    }
  };
}

function judge(point: LinePoint, start: LineStart, decrease: number, curvature: number): Trial {
  const rise = point.value - start.value;
  const exact = rise - decrease * point.step * start.slope;
  const approximate = Math.max(
    point.slope - (2 * decrease - 1) * start.slope,
    rise - approximateRise * Math.abs(start.value),
  );
  return {
    point,
    decreaseError: excess(Math.min(approximate, exact)),
    curvatureError: excess(Math.abs(point.slope) - curvature * Math.abs(start.slope)),
  };
}

function excess(error: number): number {
  return Number.isNaN(error) ? Infinity : Math.max(error, 0);
}

/** The next step to try: where a cubic, else a quadratic, has its minimum, if that is well inside; else the middle. */
function between(low: LinePoint, high: LinePoint, reference: LinePoint): number {
  const left = Math.min(low.step, high.step);
  const right = Math.max(low.step, high.step);
  const inside = (step: number, margin: number): boolean =>
    step > left + margin * (right - left) && step < right - margin * (right - left);
  const cubic = cubicMinimum(low, high, reference);
  if (inside(cubic, cubicMargin)) return cubic;
  const quadratic = quadraticMinimum(low, high);
  return inside(quadratic, quadraticMargin) ? quadratic : (low.step + high.step) / 2;
}

/** Minimum of the cubic through three points with the slope at the first; NaN where there is none. */
function cubicMinimum(a: LinePoint, b: LinePoint, c: LinePoint): number {
  const db = b.step - a.step;
  const dc = c.step - a.step;
  const rb = b.value - a.value - a.slope * db;
  const rc = c.value - a.value - a.slope * dc;
  const denominator = (db * dc) ** 2 * (db - dc);
  const third = (dc ** 2 * rb - db ** 2 * rc) / denominator;
  const second = (db ** 3 * rc - dc ** 3 * rb) / denominator;
  return a.step + (-second + Math.sqrt(second * second - 3 * third * a.slope)) / (3 * third);
}

/** Minimum of the parabola through two points with the slope at the first; NaN or infinite where there is none. */
function quadraticMinimum(a: LinePoint, b: LinePoint): number {
  const db = b.step - a.step;
  const second = (b.value - a.value - a.slope * db) / (db * db);
  return a.step - a.slope / (2 * second);
}
