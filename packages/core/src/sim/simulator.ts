import type { Tensor } from "../trace/tensor.js";
import type { Units } from "./units.js";

/** Where a run stands. Steps are counted from 0; times are those at the start of the step. */
export interface Clock {
  /** Number of steps done before this one; int32, shape []. */
  readonly index: Tensor;
  /** Simulated time at the start of the step, in the dtype of the state; shape []. */
  readonly time: Tensor;
  /** Simulated time of one step. */
  readonly dt: number;
}

/**
 * A simulation: how it starts, how it advances, and what is seen of it. `Params`, `State`, `Output` and `Records` are trees
 * of tensors. All members but `check` are pure functions of tensors, so that a run can be traced, differentiated and compiled.
 * Made by a factory function, run by `rollout`.
 */
export interface Simulator<Params, State, Output, Records = null> {
  readonly name: string;
  /** Units of each leaf of the parameters, the state, the output and the records. */
  readonly units: Units;
  /** Simulated time of one step. */
  readonly dt: number;
  /** Simulated time of the state that `init` makes; default 0. */
  readonly startTime?: number;
  /** The state before the first step. */
  init(params: Params): State;
  /** The state one step later; its leaves keep their shapes and dtypes. */
  step(state: State, params: Params, clock: Clock): State;
  /** What is seen of a state; collected at the output times of a run. */
  observe(state: State, params: Params): Output;
  /** Small values collected after every step, such as the readings of receivers; the clock is that of the state they are read from. */
  record?(state: State, params: Params, clock: Clock): Records;
  /** The exact inverse of `step`: the state before the step that starts at `clock`. Lets a gradient run without stored states. */
  stepBack?(state: State, params: Params, clock: Clock): State;
  /**
   * Throws before the run what the run would only show as nonsense: signs, shapes, stability limits. Called with the
   * parameters as they come, so that it also sees traced ones, whose values it cannot read (`isTraced` tells).
   */
  check?(params: Params): void;
}
