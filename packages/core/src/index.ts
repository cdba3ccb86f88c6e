export { explain, type Explained, type ExplainedStage } from "./compile/explain.js";
export type { BackendName } from "./compile/backends.js";
export { jvp } from "./compile/forward.js";
export { grad, valueAndGrad, type Gradient, type GradOptions, type Scalar } from "./compile/grad.js";
export { hessian, hvp, jacfwd, jacrev } from "./compile/jacobian.js";
export { jit, type Compiled } from "./compile/jit.js";
export { linearize, type TangentMap } from "./compile/linearize.js";
export type { CompileOptions } from "./compile/options.js";
export { vjp, type Pullback } from "./compile/reverse.js";
export type { AbortSignalLike, RunOptions } from "./compile/run.js";
export { vmap, type AxisTree, type VmapOptions } from "./compile/vmap.js";
export {
  cond,
  foriLoop,
  scan,
  switchCase,
  whileLoop,
  type ForiOptions,
  type KeepOption,
  type ScanOptions,
  type ScanUntilOptions,
  type StepResult,
  type WhileOptions,
} from "./trace/control.js";
export { checkpoint } from "./trace/custom/checkpoint.js";
export { customJvp, type JvpRuleOf, type TensorArguments } from "./trace/custom/customJvp.js";
export { customVjp, type VjpRulesOf } from "./trace/custom/customVjp.js";
export { linearSolve, type LinearSolveOptions } from "./trace/custom/linearSolve.js";
export { checkFinite } from "./trace/checkFinite.js";
export { debugPrint } from "./trace/debugPrint.js";
export { setDebugPrinter, type DebugPrinter } from "./ir/debugPrinter.js";
export { stopGradient } from "./trace/custom/stopGradient.js";
export { implicitMinimum, type ImplicitMinimum, type ImplicitMinimumOptions } from "./implicit/implicitMinimum.js";
export { implicitRoot, type ImplicitRoot, type ImplicitRootOptions } from "./implicit/implicitRoot.js";
export type { VectorSolver } from "./implicit/linear.js";
export { at, type TimedOutputs } from "./loss/at.js";
export { boxBarrier, type BoxBarrierOptions } from "./loss/boxBarrier.js";
export { on, sum, weight } from "./loss/combine.js";
export { halfSquared } from "./loss/halfSquared.js";
export { huber, type HuberOptions } from "./loss/huber.js";
export { l1 } from "./loss/l1.js";
export { l2 } from "./loss/l2.js";
export { namedLoss, type Loss } from "./loss/loss.js";
export { normalized } from "./loss/normalized.js";
export type { MisfitOptions } from "./loss/observed.js";
export { regularize } from "./loss/regularize.js";
export type { Regularizer, RegularizerOptions } from "./loss/regularizer.js";
export { tikhonov, type TikhonovOptions } from "./loss/tikhonov.js";
export { totalVariation, type TotalVariationOptions } from "./loss/totalVariation.js";
export {
  adagrad,
  scaleByRootSum,
  type AdagradOptions,
  type AdagradState,
  type ScaleByRootSumOptions,
} from "./optim/adagrad.js";
export { adam, scaleByAdam, type AdamOptions, type AdamState, type ScaleByAdamOptions } from "./optim/adam.js";
export { adamw, type AdamwOptions } from "./optim/adamw.js";
export { addDecayedWeights, type WeightMask } from "./optim/addDecayedWeights.js";
export { amsgrad, scaleByAmsgrad, type AmsgradState } from "./optim/amsgrad.js";
export { applyUpdates } from "./optim/applyUpdates.js";
export { chain, type AnyTransformation } from "./optim/chain.js";
export { clip, clipByGlobalNorm } from "./optim/clip.js";
export type { GradientTransformation } from "./optim/gradientTransformation.js";
export { lion, scaleByLion, type LionOptions, type LionState, type ScaleByLionOptions } from "./optim/lion.js";
export { mask, type MaskTree } from "./optim/mask.js";
export { momentum, type MomentumOptions, type MomentumState } from "./optim/momentum.js";
export { rmsprop, scaleByRms, type RmspropOptions, type RmsState, type ScaleByRmsOptions } from "./optim/rmsprop.js";
export { scale } from "./optim/scale.js";
export { scaleBySchedule, type CountState, type LearningRate } from "./optim/scaleBySchedule.js";
export { sgd, type SgdOptions } from "./optim/sgd.js";
export { CheckpointError } from "./optim/fit/checkpoint/checkpointError.js";
export type { SaveOptions } from "./optim/fit/checkpoint/checkpoints.js";
export { fileStore } from "./optim/fit/checkpoint/fileStore.js";
export type { CheckpointStore } from "./optim/fit/checkpoint/store.js";
export { fit, minimize } from "./optim/fit/fit.js";
export type {
  Bounds,
  FinalFit,
  FitLoss,
  FitOptions,
  FitRegularizer,
  Fixed,
  ModelFit,
  Optimizer,
  Simulatable,
  SimulatorFit,
  StepReport,
} from "./optim/fit/options.js";
export type { FitPoint, FitResult } from "./optim/fit/result.js";
export type { AxesOption } from "./optim/metric/axes.js";
export { linearMetric, type LinearMetricOptions } from "./optim/metric/linearMetric.js";
export { precondition, type Metric } from "./optim/metric/metric.js";
export { h1, sobolev, type SobolevOptions } from "./optim/metric/sobolev.js";
export type { Boundary } from "./optim/metric/tridiagonal.js";
export { boxParametrization, type BoxOptions } from "./optim/parametrization/box.js";
export { bspline, bsplineMatrix, type BsplineOptions } from "./optim/parametrization/bspline.js";
export { linearMap, type LinearMapOptions } from "./optim/parametrization/linearMap.js";
export { logParametrization } from "./optim/parametrization/log.js";
export type { Parametrization } from "./optim/parametrization/parametrization.js";
export { composed, perLeaf, type ParametrizationTree } from "./optim/parametrization/perLeaf.js";
export { softplusParametrization, type SoftplusOptions } from "./optim/parametrization/softplus.js";
export { constantSchedule } from "./optim/schedule/constant.js";
export { cosineSchedule, type CosineScheduleOptions } from "./optim/schedule/cosine.js";
export { exponentialSchedule, type ExponentialScheduleOptions } from "./optim/schedule/exponential.js";
export { joinSchedules } from "./optim/schedule/join.js";
export { linearSchedule, type LinearScheduleOptions } from "./optim/schedule/linear.js";
export { piecewiseSchedule, type PiecewiseScheduleOptions } from "./optim/schedule/piecewise.js";
export { namedSchedule, type Schedule } from "./optim/schedule/schedule.js";
export { warmup, type WarmupOptions } from "./optim/schedule/warmup.js";
export type { Counts, Evaluation, Problem } from "./optim/problem.js";
export { bfgs, type BfgsOptions, type BfgsState } from "./optim/solvers/bfgs.js";
export { cmaEs, type CmaEsOptions, type CmaEsState } from "./optim/solvers/cmaEs.js";
export { gaussNewton, type GaussNewtonOptions, type LeastSquaresState } from "./optim/solvers/gaussNewton.js";
export { lbfgs, type CurvaturePair, type LbfgsOptions, type LbfgsState } from "./optim/solvers/lbfgs.js";
export { lbfgsb, type LbfgsbOptions, type LbfgsbState } from "./optim/solvers/lbfgsb.js";
export {
  levenbergMarquardt,
  type LevenbergMarquardtOptions,
  type LevenbergMarquardtState,
} from "./optim/solvers/levenbergMarquardt.js";
export type { LineSearchName } from "./optim/solvers/lineSearch/choose.js";
export {
  multiStart,
  type FinishedRun,
  type MultiStartOptions,
  type MultiStartState,
} from "./optim/solvers/multiStart.js";
export { nelderMead, type NelderMeadOptions, type NelderMeadState } from "./optim/solvers/nelderMead.js";
export { newtonCg, type NewtonCgOptions, type NewtonCgState } from "./optim/solvers/newtonCg.js";
export type { Plain, Solver, SolverState } from "./optim/solvers/solver.js";
export { stopReasons, type StopMeaning, type StopReason } from "./optim/solvers/stopReasons.js";
export type { StopOptions } from "./optim/solvers/tolerances.js";
export { definePlugin } from "./plugin/definePlugin.js";
export {
  pluginApiVersion,
  type AnySimulator,
  type DisplayFactory,
  type LossFactory,
  type Named,
  type OptimizerFactory,
  type Plugin,
  type PluginDefinition,
  type PluginKind,
  type SimulatorFactory,
} from "./plugin/plugin.js";
export { pluginRegistry, type Found, type FoundSimulator, type PluginRegistry } from "./plugin/registry.js";
export { parseUnit, sameDimension, type Unit } from "./plugin/unit.js";
export { random } from "./random/random.js";
export type { Adjoint } from "./sim/adjoint.js";
export { expectThat } from "./sim/checks.js";
export { dormandPrince5 } from "./sim/integrators/dormandPrince5.js";
export type { EventLog, IntegrationEvent } from "./sim/integrators/events/event.js";
export { euler } from "./sim/integrators/euler.js";
export { eulerMaruyama, type EulerMaruyamaOptions, type EulerMaruyamaResult } from "./sim/integrators/eulerMaruyama.js";
export { heun } from "./sim/integrators/heun.js";
export {
  integrate,
  type EventOptions,
  type IntegrateOptions,
  type IntegrateResult,
} from "./sim/integrators/integrate.js";
export type { AbsoluteTolerance, AbsoluteTolerances } from "./sim/integrators/tolerances.js";
export type {
  AdaptiveMethod,
  Derivative,
  EmbeddedTableau,
  FixedMethod,
  IntegrationMethod,
  RightHandSide,
  SlopeTree,
  RosenbrockMethod,
  RosenbrockTableau,
  StateLeaves,
  StepControl,
  SwitchingMethod,
  SwitchingRule,
  Tableau,
} from "./sim/integrators/method.js";
export { autoSwitch, type AutoSwitchOptions } from "./sim/integrators/stiff/autoSwitch.js";
export { rodas5p, type Rodas5pOptions } from "./sim/integrators/stiff/rodas5p.js";
export type { JacobianOption } from "./sim/integrators/stiff/jacobianOption.js";
export { rk4 } from "./sim/integrators/rk4.js";
export { rungeKutta } from "./sim/integrators/rungeKutta.js";
export { tsit5 } from "./sim/integrators/tsit5.js";
export { velocityVerlet } from "./sim/integrators/velocityVerlet.js";
export { rollout, type Rollout, type RolloutOptions, type RolloutResult } from "./sim/rollout.js";
export { runner, type Runner } from "./sim/runner.js";
export type { Clock, Simulator } from "./sim/simulator.js";
export { runStatuses, statusOf, type RunStatus } from "./sim/status.js";
export type { Units, UnitTree } from "./sim/units.js";
export { math } from "./trace/math/template.js";
export { bicgstab } from "./linalg/iterative/bicgstab.js";
export { cg } from "./linalg/iterative/cg.js";
export { gmres, type GmresOptions } from "./linalg/iterative/gmres.js";
export { minres } from "./linalg/iterative/minres.js";
export type { IterativeOptions, IterativeResult, LinearMap } from "./linalg/iterative/problem.js";
export { solveStatuses, solveStatusOf, type SolveStatus } from "./linalg/iterative/status.js";
export { np } from "./linalg/np.js";
export { columnColoring, type Coloring } from "./linalg/sparse/coloring.js";
export { csr, csrFromDense, csrFromEntries, type CsrMatrix } from "./linalg/sparse/csr.js";
export { jacobianSparsity } from "./linalg/sparse/jacobianSparsity.js";
export type { OrderingName } from "./linalg/sparse/ordering.js";
export { sparsePattern, type HostIntegers, type PatternParts, type SparsePattern } from "./linalg/sparse/pattern.js";
export { ilu0Preconditioner, jacobiPreconditioner, type Preconditioner } from "./linalg/sparse/preconditioners.js";
export { sparseJacobian } from "./linalg/sparse/sparseJacobian.js";
export { incompleteLu, sparseLu, type SparseLu, type SparseLuOptions } from "./linalg/sparse/sparseLu.js";
export { sparseSolve, type SparseSolveOptions } from "./linalg/sparse/sparseSolve.js";
export {
  isTensor,
  isTraced,
  Tensor,
  type Axes,
  type AxisIndex,
  type NestedArray,
  type NestedNumbers,
  type Range,
  type ReduceOptions,
  type TensorData,
  type TensorLike,
  type TensorPart,
} from "./trace/tensor.js";
export { tree } from "./trace/tree.js";
export type {
  JacobianTree,
  Leaf,
  Liftable,
  LiftableArguments,
  MapTree,
  Tensors,
  TreeInstance,
} from "./trace/treeTypes.js";
export { registerTree, type TreeClass, type TreeStructure } from "./util/tree.js";
export type { DType, TypedArray } from "./util/dtype.js";
export { pathName, readBytes, writeBytes, type FileUrl, type Path } from "./util/files.js";
export {
  AbortedError,
  ArgumentError,
  DTypeError,
  FileError,
  IndexError,
  InternalError,
  LeakedTracerError,
  NumericalError,
  ShapeError,
  SimgradError,
  TracedValueError,
  TreeError,
  UnsupportedError,
  type ErrorData,
  type ErrorParts,
} from "./util/errors.js";
