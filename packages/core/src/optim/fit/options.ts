import type { AbortSignalLike } from "../../compile/run.js";
import type { Tensor } from "../../trace/tensor.js";
import type { Liftable, Tensors } from "../../trace/treeTypes.js";
import type { AnyTransformation } from "../chain.js";
import type { Metric } from "../metric/metric.js";
import type { Parametrization } from "../parametrization/parametrization.js";
import type { Solver, SolverState } from "../solvers/solver.js";
import type { SaveOptions } from "./checkpoint/checkpoints.js";
import type { CheckpointStore } from "./checkpoint/store.js";

/** What `fit` drives: a solver, or a gradient transformation. */
export type Optimizer = Solver<SolverState> | AnyTransformation;

/**
 * How far an output is from what is wanted: float, shape []. For Gauss-Newton and Levenberg-Marquardt it also has
 * `residual`, a tree of tensors half of whose sum of squares is the loss.
 */
export interface FitLoss<Output, Params> {
  (output: Output, params: Params): Tensor;
  readonly name: string;
  readonly residual?: (output: Output, params: Params) => unknown;
}

/** What is added to the loss, from the parameters alone; `residual` as for a loss. */
export interface FitRegularizer<Params> {
  (params: Params): Tensor;
  readonly name: string;
  readonly residual?: (params: Params) => unknown;
}

/** Limits of the parameters: a number for all, or a tree built as they are; a leaf may be a number for all its elements. */
export interface Bounds<Params> {
  readonly lower?: number | Liftable<Params>;
  readonly upper?: number | Liftable<Params>;
}

/** What `onStep` is told. */
export interface StepReport<Params> {
  /** Steps done; 0 is the start. */
  readonly step: number;
  readonly loss: number;
  /** 2-norm of the gradient in the coordinates of the optimizer; NaN for solvers without one. */
  readonly gradientNorm: number;
  /** The lowest loss so far. */
  readonly best: number;
  /** Evaluations of the loss so far. */
  readonly evaluations: number;
  /** Time since the start, s; that before a resume included. */
  readonly seconds: number;
  /** Steps that there will be at most; Infinity where that is not known. */
  readonly steps: number;
  /** The parameters after this step. */
  readonly params: Tensors<Params>;
}

/** `P`, but nothing is inferred from what stands here: the parameters are what the model takes, not what the start is made of. */
export type Fixed<P> = [P][P extends unknown ? 0 : never];

/** Options of `fit` beside the model. */
export interface FitOptions<Params, Output> {
  readonly loss: FitLoss<Output, Fixed<Params>>;
  /** Where to start. Leaves of integers and bools are no unknowns; they stay. */
  readonly params: Liftable<Fixed<Params>>;
  readonly optimizer: Optimizer;
  /** Gradient transformations: the number of steps. Solvers: the most steps, if fewer than their own maxIterations. */
  readonly steps?: number;
  readonly bounds?: Bounds<Fixed<Params>>;
  readonly regularizers?: readonly FitRegularizer<Fixed<Params>>[];
  /** A linear change of variables x = x0 + L z; the optimizer works on z. */
  readonly metric?: Metric;
  /** Other coordinates for the parameters, in which the optimizer works. */
  readonly parametrization?: Parametrization;
  /** Stops the fit between or within steps; the result then has the reason "aborted". */
  readonly signal?: AbortSignalLike;
  /** Called at the start and after each step; `false` stops the fit. */
  readonly onStep?: (report: StepReport<Params>) => unknown;
  /** A line on the terminal that says how far the fit is; by default there is one where standard output is a terminal. */
  readonly progress?: boolean;
  /** Whether `result.params` are the parameters of the lowest loss (the default), or the last ones. */
  readonly keepBest?: boolean;
  /** Writes checkpoints: a path, a store, or one of these with how often. */
  readonly save?: string | CheckpointStore | SaveOptions;
  /** Goes on from a checkpoint: `true` for the one of `save` (if there is none yet, the fit starts), or where it is. */
  readonly resume?: boolean | string | CheckpointStore;
}

/** A simulator that knows how to run itself, as `acousticWave1d` makes. */
export interface Simulatable<Params, Result> {
  readonly name: string;
  simulate(params: Params): Result;
  check?(params: Params): void;
}

/** A fit of any function of the parameters. */
export interface ModelFit<Params, Output> extends FitOptions<Params, Output> {
  readonly model: (params: Params) => Output;
  readonly simulator?: undefined;
  readonly output?: undefined;
}

/** A fit of a simulator: what the loss sees is its final observation, or what `output` takes from the run. */
export interface SimulatorFit<Params, Output, Result> extends FitOptions<Params, Output> {
  readonly simulator: Simulatable<Params, Result>;
  readonly output: (result: Result, params: Params) => Output;
  readonly model?: undefined;
}

/** The same, with the final observation as the output. */
export interface FinalFit<Params, Final> extends FitOptions<Params, Final> {
  readonly simulator: Simulatable<Params, { readonly final: Final }>;
  readonly output?: undefined;
  readonly model?: undefined;
}
