import { joinSchedules } from "./join.js";
import { linearSchedule } from "./linear.js";
import { checkUpdates, namedSchedule, type Schedule } from "./schedule.js";

/** Options of `warmup`. */
export interface WarmupOptions {
  /** Updates until the first value of the schedule is reached. */
  readonly steps: number;
  /** Value at the first update; default 0. */
  readonly start?: number;
  /** What follows; it starts to count at 0. */
  readonly then: Schedule;
}

/**
 * Rises from `start` to the first value of a schedule in equal steps, then follows the schedule.
 *
 * @throws ArgumentError if an option is out of range.
 * @example
 * ```ts
 * warmup({ steps: 100, then: cosineSchedule({ start: 1e-2, steps: 900 }) });
 * ```
 */
export function warmup({ steps, start = 0, then }: WarmupOptions): Schedule {
  checkUpdates("warmup", "steps", steps);
  const rise = linearSchedule({ start, end: then(0).item(), steps });
  return namedSchedule(`warmup(${then.name})`, joinSchedules([rise, then], [steps]));
}
