import type { Tensor } from "../../trace/tensor.js";
import type { Tolerances } from "./tolerances.js";
import type { Slopes, StateLeaves, StepControl } from "./method.js";

/** A method with step size control, bound to a right-hand side: what the loop over steps sees of it. */
export interface Stepper {
  readonly controller: StepControl;
  /** The estimate of the error is O(h^(errorOrder + 1)). */
  readonly errorOrder: number;
  /**
   * What the method knows at a point of the solution, besides time and state.
   *
   * @param slope - the derivative there
   * @param before - what it knew before the state was changed from outside; null at the start of a run.
   */
  memoAt(slope: Slopes, before: Slopes | null): Slopes;
  /** A step of the size `h`, with dense output if that is wanted; one of the size 0 goes nowhere. */
  attempt(from: Point, h: Tensor, withDense: boolean): Attempt;
}

/** Where a step starts. */
export interface Point {
  readonly time: Tensor;
  readonly state: StateLeaves;
  readonly memo: Slopes;
}

/** A step that was computed, good or not. */
export interface Attempt {
  readonly state: StateLeaves;
  readonly memo: Slopes;
  /** Estimate of its error. */
  readonly errors: Slopes;
  /** The solution within the step; empty where it is not wanted. */
  readonly dense: Polynomial;
  /** An estimate of h |lambda| for the largest eigenvalue of the Jacobian; tolerances say how entries of the state compare. */
  stiffness(tolerances: Tolerances): Tensor;
}

/**
 * The solution within a step, less its start, at the share theta: the coefficients of theta, theta^2, theta^3 and theta^4,
 * each as a list of leaves (null for held ones). All methods here have a dense output of this degree.
 */
export type Polynomial = readonly Slopes[];

/** Powers of theta in a polynomial. */
export const degree = 4;

/** A step with what is needed to look inside. */
export interface Stride {
  readonly from: Pick<Point, "time" | "state">;
  readonly size: Tensor;
  readonly dense: Polynomial;
}
