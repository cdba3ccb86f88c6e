import { np, type Tensor } from "@simgrad/core";
import type { InterventionOptions } from "../index.js";

/** The 500 times of the tutorial's loss, s. */
export const times: Float64Array = Float64Array.from({ length: 500 }, (_, i) => i / 10);

/** The goal at a time, nM. */
export const goalAt = (t: number): number => 50 * Math.sin(2 * Math.PI * 0.1 * t + 10) + 300;

const goal = np.array(times.map(goalAt));

/** Square root of the sum of squares of Ca_Cyt, `[500]`, less the goal. */
export function distance(calcium: Tensor): Tensor {
  return np.sqrt(np.sum(np.square(calcium.sub(goal))));
}

/** Both species that the tutorial intervenes on. */
export function onBoth(mode: "set" | "hold", at: Float64Array): readonly InterventionOptions[] {
  return ["Galpha_GTP", "IP3"].map((target) => ({ target, mode, times: at }));
}

/** The second start of the tutorial: sines. */
export function sines(at: Float64Array): { readonly Galpha_GTP: Float64Array; readonly IP3: Float64Array } {
  const sine = (mean: number): Float64Array => at.map((t) => 10 * Math.sin(2 * Math.PI * 0.1 * t) + mean);
  return { Galpha_GTP: sine(50), IP3: sine(5) };
}
