import { np } from "../../trace/np.js";
import { checkFinite, checkUpdates, namedSchedule, type Schedule } from "./schedule.js";

/** Options of `linearSchedule`. */
export interface LinearScheduleOptions {
  readonly start: number;
  readonly end: number;
  /** Updates from the one value to the other. */
  readonly steps: number;
  /** Updates before the change begins; default 0. */
  readonly delay?: number;
}

/**
 * From `start` to `end` in equal steps, then `end`.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function linearSchedule({ start, end, steps, delay = 0 }: LinearScheduleOptions): Schedule {
  checkFinite("linearSchedule", "start", start);
  checkFinite("linearSchedule", "end", end);
  checkUpdates("linearSchedule", "steps", steps);
  checkUpdates("linearSchedule", "delay", delay, 0);
  return namedSchedule("linear", (count) => {
    const left = np.sub(1, np.div(np.clip(np.sub(count, delay), 0, steps), steps));
    return np.add(np.mul(left, start - end), end);
  });
}
