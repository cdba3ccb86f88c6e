import { jit } from "../compile/jit.js";
import type { RunOptions } from "../compile/run.js";
import type { Liftable } from "../trace/treeTypes.js";
import { checkNoNaN } from "./checks.js";

/** A compiled run for known parameters; numbers and typed arrays may stand for tensors. */
export interface Runner<Params, Result> {
  (params: Liftable<Params>): Result;
  /**
   * The same, without blocking the event loop.
   *
   * @throws AbortedError once `signal` is aborted.
   */
  async(params: Liftable<Params>, options?: RunOptions): Promise<Result>;
}

/**
 * Compiles a run. Before each run the parameters, whose values are known here, are checked: NaN, and what the simulator's
 * own check refuses. `simulate` is the run, made of functions of tensors, as from `rollout`.
 */
export function runner<Params, Result>(
  simulator: { readonly name: string; check?(params: Params): void },
  simulate: (params: Params) => Result,
): Runner<Params, Result> {
  const program = jit(simulate);
  const check = (params: Liftable<Params>): void => {
    checkNoNaN(simulator.name, params);
    simulator.check?.(params as Params);
  };
  const run = (params: Liftable<Params>): Result => {
    check(params);
    return program(params) as Result;
  };
  return Object.assign(run, {
    async async(params: Liftable<Params>, options: RunOptions = {}): Promise<Result> {
      check(params);
      return (await program.run([params], options)) as Result;
    },
  });
}
