import type { Counts, Problem } from "../problem.js";
import type { StopReason } from "./stopReasons.js";

/** What a state is made of, so that it can be written to a checkpoint and read back to the same bits. */
export type Plain =
  null | boolean | number | string | Float64Array | readonly Plain[] | { readonly [name: string]: Plain };

/** What every solver knows between two steps; its own members, all `Plain`, come on top. */
export interface SolverState {
  /** The current point, `[size]`. */
  readonly x: Float64Array;
  readonly value: number;
  /** The gradient at x, `[size]`; null for solvers that take none. */
  readonly gradient: Float64Array | null;
  /** Steps done. */
  readonly iterations: number;
  /** Why there is no next step; null while there is one. */
  readonly status: StopReason | null;
}

/**
 * A way to minimise that owns its evaluations: line searches, trust regions, populations. The state goes in and comes out
 * and nothing is kept inside, so that a run can stop between any two steps and go on elsewhere to the same bits.
 */
export interface Solver<State extends SolverState = SolverState> {
  readonly kind: "solver";
  readonly name: string;
  /** What it asks of a problem beside values. */
  readonly needs: "value" | "gradient" | "hessianProduct" | "residual";
  /** Whether it keeps within bounds. */
  readonly takesBounds: boolean;
  /** A change of variables that `fit` makes around it; see `fit`. */
  readonly metric?: unknown;
  /** The state at the start. */
  init(problem: Problem, start: Float64Array): Promise<State>;
  /** One step; the state given is not changed. */
  step(problem: Problem, state: State): Promise<State>;
  /** Why to stop now; null to go on. */
  done(state: State, counts: Counts): StopReason | null;
}
