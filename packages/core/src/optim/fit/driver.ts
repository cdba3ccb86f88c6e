import type { StopReason } from "../solvers/stopReasons.js";
import type { Storable } from "./checkpoint/codec.js";
import type { Coordinates } from "./objective.js";

/** What is known at a step, whatever the optimizer. */
export interface StepPoint {
  readonly loss: number;
  /** Null for solvers without a gradient. */
  readonly gradientNorm: number | null;
  readonly coordinates: Coordinates;
}

/** An optimizer of either tier as `fit` drives it. States are immutable and can be stored. */
export interface Driver {
  init(): Promise<Storable>;
  step(state: Storable): Promise<Storable>;
  /** Why to stop now; null to go on. @param step - steps done */
  done(state: Storable, step: number): StopReason | null;
  pointOf(state: Storable): StepPoint;
  /** Steps that there will be at most. */
  readonly steps: number;
}
