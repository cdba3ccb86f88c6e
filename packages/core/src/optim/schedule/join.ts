import { ArgumentError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import { checkUpdates, namedSchedule, type Schedule } from "./schedule.js";

/**
 * One schedule after the other; each starts to count at 0.
 *
 * @param boundaries - the update at which each schedule but the first takes over, ascending
 * @throws ArgumentError if there is not one boundary less than schedules, or they do not ascend.
 */
export function joinSchedules(schedules: readonly Schedule[], boundaries: readonly number[]): Schedule {
  const [first, ...rest] = schedules;
  boundaries.forEach((boundary, i) => checkUpdates("joinSchedules", "boundaries", boundary, boundaries[i - 1] ?? 0));
  if (first === undefined || rest.length !== boundaries.length) {
    throw new ArgumentError({
      what: "joinSchedules: each schedule but the first wants a boundary.",
      got: `${schedules.length} schedules, ${boundaries.length} boundaries`,
      expected: "one boundary less than schedules",
    });
  }
  return namedSchedule(`join(${schedules.map(({ name }) => name).join(", ")})`, (count) =>
    rest.reduce((value, next, i) => {
      const boundary = boundaries[i] as number;
      return np.where(np.less(count, boundary), value, next(np.sub(count, boundary)));
    }, first(count)),
  );
}
