import { np } from "../../trace/np.js";
import { checkPositive } from "../options.js";
import { checkFinite, checkUpdates, namedSchedule, type Schedule } from "./schedule.js";

/** Options of `cosineSchedule`. */
export interface CosineScheduleOptions {
  readonly start: number;
  /** Updates until the end is reached. */
  readonly steps: number;
  /** Value at the end; default 0. */
  readonly end?: number;
  /** Power of the half wave; default 1. */
  readonly exponent?: number;
}

/**
 * Down from `start` to `end` along half a cosine wave, then `end`.
 *
 * Source: I. Loshchilov and F. Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017 (arXiv:1608.03983),
 * equation (5), without restarts.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function cosineSchedule({ start, steps, end = 0, exponent = 1 }: CosineScheduleOptions): Schedule {
  checkFinite("cosineSchedule", "start", start);
  checkFinite("cosineSchedule", "end", end);
  checkUpdates("cosineSchedule", "steps", steps);
  checkPositive("cosineSchedule", "exponent", exponent);
  return namedSchedule("cosine", (count) => {
    const phase = np.div(np.mul(np.minimum(count, steps), np.pi), steps);
    const wave = np.mul(np.add(np.cos(phase), 1), 0.5);
    return np.add(np.mul(exponent === 1 ? wave : np.power(wave, exponent), start - end), end);
  });
}
