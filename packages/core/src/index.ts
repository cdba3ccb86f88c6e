export { explain, type Explained, type ExplainedStage } from "./compile/explain.js";
export type { BackendName } from "./compile/backends.js";
export { jvp } from "./compile/forward.js";
export { grad, valueAndGrad, type Gradient, type GradOptions, type Scalar } from "./compile/grad.js";
export { hessian, hvp, jacfwd, jacrev } from "./compile/jacobian.js";
export { jit, type Compiled } from "./compile/jit.js";
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
  type StepResult,
  type WhileOptions,
} from "./trace/control.js";
export { halfSquared } from "./loss/halfSquared.js";
export { l2 } from "./loss/l2.js";
export { namedLoss, type Loss } from "./loss/loss.js";
export { adam, scaleByAdam, type AdamOptions, type AdamState, type ScaleByAdamOptions } from "./optim/adam.js";
export { applyUpdates } from "./optim/applyUpdates.js";
export { chain, type AnyTransformation } from "./optim/chain.js";
export type { GradientTransformation } from "./optim/gradientTransformation.js";
export { scale } from "./optim/scale.js";
export { sgd, type SgdOptions } from "./optim/sgd.js";
export type { Adjoint } from "./sim/adjoint.js";
export { expectThat } from "./sim/checks.js";
export { rollout, type Rollout, type RolloutOptions, type RolloutResult } from "./sim/rollout.js";
export { runner, type Runner } from "./sim/runner.js";
export type { Clock, Simulator } from "./sim/simulator.js";
export { runStatuses, statusOf, type RunStatus } from "./sim/status.js";
export type { Units, UnitTree } from "./sim/units.js";
export { math } from "./trace/math/template.js";
export { np } from "./trace/np.js";
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
export type { JacobianTree, Leaf, Liftable, LiftableArguments, MapTree, Tensors } from "./trace/treeTypes.js";
export { registerTree, type TreeClass, type TreeStructure } from "./util/tree.js";
export type { DType, TypedArray } from "./util/dtype.js";
export {
  AbortedError,
  ArgumentError,
  DTypeError,
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
