import { np } from "../../trace/np.js";
import { checkFinite, namedSchedule, type Schedule } from "./schedule.js";

/** The same number at every update. */
export function constantSchedule(value: number): Schedule {
  checkFinite("constantSchedule", "value", value);
  return namedSchedule("constant", (count) => np.fullLike(count, value));
}
