import type { Liftable } from "../../trace/treeTypes.js";
import type { Tensor } from "../../trace/tensor.js";
import { drive } from "./drive.js";
import type { FinalFit, Fixed, FitLoss, FitOptions, ModelFit, Optimizer, SimulatorFit } from "./options.js";
import { prepare, type AnyFit } from "./prepare.js";
import type { FitResult } from "./result.js";

/**
 * Finds the parameters of a simulator, or of any function, at which a loss is lowest. Drives optimizers of either tier, and
 * leaves the event loop alive. An abort is no error: the result says that it was one, and holds the best so far.
 *
 * @returns a promise of parameters, losses, and the reason for stopping; printed, a summary
 * @throws ArgumentError, ShapeError, TreeError for options that do not fit together, by name; NumericalError if the loss is
 * not finite at the start; CheckpointError if a checkpoint is damaged or cannot be written (`data.result` then holds the result
 * so far); AbortedError if the signal was aborted before the loss at the start was known.
 * @example
 * ```ts
 * const result = await fit({
 *   simulator: wave,
 *   loss: halfSquared(observed),
 *   params: { speed: np.linspace(0.85, 1, 1000) },
 *   optimizer: lbfgs({ memory: 20, metric: sobolev({ length: 0.1 }) }),
 * });
 * console.log(String(result));
 * ```
 */
export function fit<Params, Final>(options: FinalFit<Params, Final>): Promise<FitResult<Params>>;
export function fit<Params, Output, Result>(options: SimulatorFit<Params, Output, Result>): Promise<FitResult<Params>>;
export function fit<Params, Output>(options: ModelFit<Params, Output>): Promise<FitResult<Params>>;
export async function fit(options: AnyFit): Promise<FitResult<unknown>> {
  return drive(await prepare(options));
}

/**
 * Finds the parameters at which a function is lowest: `fit` without a model.
 *
 * @param f - a function that returns one number
 * @param params - where to start
 */
export function minimize<Params>(
  f: (params: Params) => Tensor,
  params: Liftable<Fixed<Params>>,
  optimizer: Optimizer,
  options: Omit<FitOptions<Params, Params>, "loss" | "params" | "optimizer"> = {},
): Promise<FitResult<Params>> {
  const loss: FitLoss<Params, Params> = (at) => f(at);
  Object.defineProperty(loss, "name", { value: f.name });
  return fit<Params, Params>({ ...options, model: (at) => at, loss, params, optimizer });
}
