import { ArgumentError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { advance, mapSlopes } from "./leaves.js";
import type { Tolerances } from "./tolerances.js";
import type { SlopeFunction, Slopes, StateLeaves, StepControl } from "./method.js";

/** Values of DOPRI5 (Hairer, Norsett, Wanner, Solving ODEs I, appendix): safe, 1/fac1, fac2, beta. */
const defaults: StepControl = { safety: 0.9, minFactor: 0.2, maxFactor: 10, beta: 0.04 };

/** A controller with defaults for what is left out. @throws ArgumentError where a value is out of range. */
export function controllerOf(owner: string, control: Partial<StepControl>): StepControl {
  const controller = { ...defaults, ...control };
  const { safety, minFactor, maxFactor, beta } = controller;
  const good = safety > 0 && safety <= 1 && minFactor > 0 && minFactor < 1 && maxFactor > 1 && beta >= 0 && beta < 0.2;
  if (good && Number.isFinite(maxFactor)) return controller;
  throw new ArgumentError({
    what: `${owner}: the step size control cannot work.`,
    got: JSON.stringify(controller),
    expected: "0 < safety <= 1, 0 < minFactor < 1 < maxFactor, 0 <= beta < 0.2",
  });
}

/** Root mean square of the error over all entries, each in units of its tolerance (HNW I, eq. II.4.11). 1 is just good enough. */
export function errorNorm(errors: Slopes, before: StateLeaves, after: StateLeaves, { rtol, atol }: Tolerances): Tensor {
  const largest = before.map((leaf, i) => np.maximum(np.abs(leaf), np.abs(after[i] as Tensor)));
  return scaledNorm(errors, scalesOf(largest, { rtol, atol }));
}

/** The tolerance of each entry of a state. */
export function scalesOf(state: StateLeaves, { rtol, atol }: Tolerances): StateLeaves {
  return state.map((leaf, i) => np.add(np.mul(np.abs(leaf), rtol), atol[i] as Tensor));
}

/** What an accepted or a rejected step hands on to the next. */
export interface Verdict {
  /** What the step is multiplied with. */
  readonly factor: Tensor;
  /** The logarithm of the error's share in the next factor: beta log(error). */
  readonly memory: Tensor;
}

/**
 * The PI control of Gustafsson (ACM TOMS 17 (1991) 533) in the form of DOPRI5 (HNW I, section II.4 and appendix): factor = safety
 * error^-alpha lastError^beta, alpha = 1/k - 0.75 beta; after a rejected step, or at one, without memory and growth.
 */
export function control(
  { safety, minFactor, maxFactor, beta }: StepControl,
  errorOrder: number,
  state: { readonly error: Tensor; readonly memory: Tensor; readonly accepted: Tensor; readonly rejectedLast: Tensor },
): Verdict {
  const { error, memory, accepted, rejectedLast } = state;
  const alpha = 1 / (errorOrder + 1) - 0.75 * beta;
  // An error that is no number counts as a large one.
  const logarithm = np.log(np.where(np.isfinite(error), np.clip(error, 1e-10, 1e10), 1e10));
  const exponent = np.add(np.mul(logarithm, -alpha), np.where(accepted, memory, 0));
  const factor = np.mul(np.exp(exponent), safety);
  const most = np.where(np.logicalAnd(accepted, np.logicalNot(rejectedLast)), maxFactor, 1);
  return {
    factor: np.minimum(np.maximum(factor, minFactor), most.astype(error.dtype)),
    memory: np.mul(np.clip(logarithm, Math.log(1e-4), 0), beta),
  };
}

/** The memory before the first step. */
export function startMemory(beta: number): number {
  return beta * Math.log(1e-4);
}

/** How the first step is guessed (HNW I, section II.4, "Starting Step Size"). */
export function firstStep(
  derivative: SlopeFunction,
  time: Tensor,
  state: StateLeaves,
  slope: Slopes,
  span: Tensor,
  options: Tolerances & { readonly order: number },
): Tensor {
  const scales = scalesOf(state, options);
  const d0 = scaledNorm(
    mapSlopes(slope, (_, i) => state[i] as Tensor),
    scales,
  );
  const d1 = scaledNorm(slope, scales);
  const small = np.logicalOr(np.less(d0, 1e-5), np.less(d1, 1e-5));
  const guess = np.where(small, 1e-6, np.mul(np.divide(d0, np.maximum(d1, 1e-5)), 0.01));
  const h0 = np.minimum(guess, span);
  const there = derivative(np.add(time, h0), advance(state, h0, [1], [slope]));
  const change = mapSlopes(there, (leaf, i) => np.sub(leaf, slope[i] as Tensor));
  const d2 = np.divide(scaledNorm(change, scales), np.maximum(h0, 1e-30));
  const worst = np.maximum(d1, d2);
  const flat = np.lessEqual(worst, 1e-15);
  const bent = np.power(np.divide(0.01, np.maximum(worst, 1e-15)), 1 / (options.order + 1));
  const h1 = np.where(flat, np.maximum(np.mul(h0, 1e-3), 1e-6), bent);
  const h = np.minimum(np.minimum(np.mul(h0, 100), h1), span);
  // a guess that is no number is tried small
  return np.where(np.isfinite(h), h, 1e-6);
}

/** Root mean square of all entries, each in units of its scale; what is null does not count. */
export function scaledNorm(leaves: Slopes, scales: StateLeaves): Tensor {
  let count = 0;
  let total: Tensor | null = null;
  leaves.forEach((leaf, i) => {
    if (leaf === null) return;
    count += leaf.size;
    const sum = np.sum(np.square(np.divide(leaf, scales[i] as Tensor)));
    total = total === null ? sum : np.add(total, sum);
  });
  return np.sqrt(np.divide(total as unknown as Tensor, Math.max(1, count)));
}
