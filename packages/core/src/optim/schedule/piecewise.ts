import { ArgumentError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import { checkFinite, checkUpdates, namedSchedule, type Schedule } from "./schedule.js";

/** Options of `piecewiseSchedule`. */
export interface PiecewiseScheduleOptions {
  readonly start: number;
  /** Pairs `[count, factor]`: from that update on the value is multiplied by the factor, in addition to those before. */
  readonly factors: readonly (readonly [count: number, factor: number])[];
}

/**
 * A constant that is multiplied by a factor at given updates.
 *
 * @throws ArgumentError if a count is no whole number, or comes twice, or a factor is negative.
 */
export function piecewiseSchedule({ start, factors }: PiecewiseScheduleOptions): Schedule {
  checkFinite("piecewiseSchedule", "start", start);
  const sorted = [...factors].sort(([a], [b]) => a - b);
  sorted.forEach(([count, factor], i) => {
    checkUpdates("piecewiseSchedule", "factors", count, 0);
    if (factor >= 0 && Number.isFinite(factor) && count !== sorted[i + 1]?.[0]) return;
    throw new ArgumentError({
      what: "piecewiseSchedule: factors is out of range.",
      got: `factor ${factor} at ${count}`,
      expected: "factors from 0 on, one for each count",
    });
  });
  return namedSchedule("piecewise", (count) =>
    sorted.reduce(
      (value, [from, factor]) => np.mul(value, np.where(np.less(count, from), 1, factor)),
      np.fullLike(count, start),
    ),
  );
}
