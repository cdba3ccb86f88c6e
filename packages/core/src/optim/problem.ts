/** How often a problem was evaluated. */
export interface Counts {
  /** Evaluations of the loss, with or without its gradient, or of the residuals. */
  evaluations: number;
  /** Products of the Hessian with a vector. */
  products: number;
  /** Whole Jacobians of the residuals. */
  jacobians: number;
}

/** Value and gradient at a point. */
export interface Evaluation {
  readonly value: number;
  /** `[size]`; entries are NaN where the model failed. */
  readonly gradient: Float64Array;
}

/**
 * What a solver minimises: a function of a flat vector. Evaluations may take long and return to the event loop, so all are
 * promises. A model that fails (a check inside it, a state that is not finite) gives the value Infinity.
 */
export interface Problem {
  /** Number of unknowns. */
  readonly size: number;
  /** Lower bounds `[size]`, -Infinity where there is none; null without bounds. */
  readonly lower: Float64Array | null;
  /** Upper bounds `[size]`, Infinity where there is none; null without bounds. */
  readonly upper: Float64Array | null;
  /** Grows with each evaluation. */
  readonly counts: Counts;
  value(x: Float64Array): Promise<number>;
  valueAndGradient(x: Float64Array): Promise<Evaluation>;
  /** Product of the second derivatives at x with a vector. */
  hessianProduct(x: Float64Array, direction: Float64Array): Promise<Float64Array>;
  /** Residuals r with value = |r|^2 / 2. @throws ArgumentError where the loss is no sum of squares. */
  residual(x: Float64Array): Promise<Float64Array>;
  /** Derivatives of the residuals, row-major, `[m, size]`. @throws ArgumentError where the loss is no sum of squares. */
  jacobian(x: Float64Array): Promise<Float64Array>;
}
