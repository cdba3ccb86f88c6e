import { ArgumentError } from "../util/errors.js";
import { np } from "../trace/np.js";
import { literal } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import type { GradientTransformation } from "./gradientTransformation.js";
import { mapFloats } from "./leaves.js";
import { checkPositive } from "./options.js";
import { scale } from "./scale.js";
import type { Schedule } from "./schedule/schedule.js";

/** State of what follows a schedule: the number of updates made (int32, shape []). */
export interface CountState {
  readonly count: Tensor;
}

/** A length of step that stays, or changes from update to update. */
export type LearningRate = number | Schedule;

/** Multiplies gradients by a number that changes from update to update. */
export function scaleBySchedule(schedule: Schedule): GradientTransformation<CountState> {
  return scaleByFactor(schedule, 1);
}

/**
 * Makes gradients steps downhill: multiplies them by minus the learning rate.
 *
 * @param owner - the optimizer, for messages
 * @throws ArgumentError if the rate is neither a positive number nor a schedule.
 */
export function scaleByLearningRate(owner: string, rate: LearningRate): GradientTransformation<CountState | null> {
  if (typeof rate === "function") return scaleByFactor(rate, -1) as GradientTransformation<CountState | null>;
  if (typeof rate !== "number") {
    throw new ArgumentError({
      what: `${owner}: learningRate is wanted.`,
      got: `learningRate: ${String(rate)}`,
      expected: "a positive number or a schedule",
    });
  }
  checkPositive(owner, "learningRate", rate);
  return scale(-rate) as GradientTransformation<CountState | null>;
}

function scaleByFactor(schedule: Schedule, sign: 1 | -1): GradientTransformation<CountState> {
  return Object.freeze({
    name: `scaleBySchedule(${schedule.name})`,
    init: () => ({ count: literal("int32", [], 0) }),
    update<Gradients>(gradients: Gradients, { count }: CountState) {
      const value = schedule(count);
      const factor = sign === 1 ? value : np.neg(value);
      const updates = mapFloats("scaleBySchedule", [gradients], (g) => np.mul(g, np.astype(factor, g.dtype)));
      return [updates, { count: np.add(count, 1) }] as const;
    },
  });
}
