import { np } from "../../trace/np.js";
import { checkPositive } from "../options.js";
import { checkFinite, checkUpdates, namedSchedule, type Schedule } from "./schedule.js";

/** Options of `exponentialSchedule`. */
export interface ExponentialScheduleOptions {
  readonly start: number;
  /** Factor for every `steps` updates. */
  readonly rate: number;
  readonly steps: number;
  /** Updates before the change begins; default 0. */
  readonly delay?: number;
  /** Changes only after whole `steps`; default false. */
  readonly staircase?: boolean;
  /** Value that is not passed; default none. */
  readonly end?: number;
}

/**
 * start * rate^(count / steps), not beyond `end`.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function exponentialSchedule(options: ExponentialScheduleOptions): Schedule {
  const { start, rate, steps, delay = 0, staircase = false, end } = options;
  checkFinite("exponentialSchedule", "start", start);
  checkPositive("exponentialSchedule", "rate", rate);
  checkUpdates("exponentialSchedule", "steps", steps);
  checkUpdates("exponentialSchedule", "delay", delay, 0);
  if (end !== undefined) checkFinite("exponentialSchedule", "end", end);
  return namedSchedule("exponential", (count) => {
    const periods = np.div(np.maximum(np.sub(count, delay), 0), steps);
    const value = np.mul(np.power(rate, staircase ? np.floor(periods) : periods), start);
    if (end === undefined) return value;
    return rate < 1 ? np.maximum(value, end) : np.minimum(value, end);
  });
}
