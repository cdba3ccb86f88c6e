import type { Tensor } from "../../trace/tensor.js";
import type { Leaf, TreeInstance, Untouched } from "../../trace/treeTypes.js";
import type { JacobianOption } from "./stiff/jacobianOption.js";

/**
 * The right-hand side of y' = f(t, y): the derivative of every leaf of the state by time.
 * Time is a 0-d tensor in the dtype of the state; the result has the structure and shapes of the state. With a method that chooses its
 * steps it may have `null` in the place of a leaf or of a part of the tree: those leaves are held, nothing but events changes them.
 */
export type RightHandSide<Y, P> = (time: Tensor, state: Y, params: P) => SlopeTree<Y>;

/** The tree `Y` as a right-hand side returns it: numbers and typed arrays may stand for tensors, null for what is held. */
export type SlopeTree<Y> = unknown extends Y
  ? Y
  : Y extends Leaf
    ? Leaf
    : Y extends Untouched | TreeInstance
      ? Y
      : { [K in keyof Y]: SlopeTree<Y[K]> | null };

/** A right-hand side with its parameters bound, on the leaves of the state. What a method sees. */
export type Derivative = (time: Tensor, leaves: StateLeaves) => StateLeaves;

/** Leaves of a state, in the order of its tree. */
export type StateLeaves = readonly Tensor[];

/** What goes with each leaf of a state, such as its derivative; null for leaves that are held. */
export type Slopes = readonly (Tensor | null)[];

/** A right-hand side with its parameters bound, of which leaves of the state may be held. */
export type SlopeFunction = (time: Tensor, leaves: StateLeaves) => Slopes;

/** A method whose step is chosen by the caller. */
export interface FixedMethod {
  readonly kind: "fixed";
  readonly name: string;
  /** Global error goes with this power of the step. */
  readonly order: number;
  /** The state at `time + h`. `h` may be negative. */
  step(derivative: Derivative, time: Tensor, state: StateLeaves, h: Tensor): StateLeaves;
  /** The exact inverse of `step`: the state at `time`, from that at `time + h`. Lets a gradient run without stored states. */
  stepBack?(derivative: Derivative, time: Tensor, state: StateLeaves, h: Tensor): StateLeaves;
}

/** A method that chooses its steps by an estimate of the error. */
export interface AdaptiveMethod {
  readonly kind: "adaptive";
  readonly name: string;
  readonly order: number;
  readonly tableau: EmbeddedTableau;
  readonly controller: StepControl;
}

/** A Rosenbrock method: for stiff equations, with steps chosen by an estimate of the error. */
export interface RosenbrockMethod {
  readonly kind: "rosenbrock";
  readonly name: string;
  readonly order: number;
  readonly tableau: RosenbrockTableau;
  readonly controller: StepControl;
  readonly jacobian: JacobianOption<never, never>;
}

/** A method that takes explicit steps or stiff ones, as the equation wants it. */
export interface SwitchingMethod {
  readonly kind: "switching";
  readonly name: string;
  readonly order: number;
  readonly nonStiff: AdaptiveMethod;
  readonly stiff: RosenbrockMethod;
  readonly controller: StepControl;
  readonly rule: SwitchingRule;
}

/** When a method switches; see `autoSwitch`. */
export interface SwitchingRule {
  /** The estimate of h |lambda| above which a step counts as stiff. */
  readonly limit: number;
  /** Stiff steps, less others, until the stiff method takes over. */
  readonly stiffAfter: number;
  /** Steps in a row that are not stiff until the explicit method takes over. */
  readonly nonStiffAfter: number;
}

/** Any of the methods that `integrate` takes. */
export type IntegrationMethod = FixedMethod | AdaptiveMethod | RosenbrockMethod | SwitchingMethod;

/** Coefficients of an explicit Runge-Kutta method (Butcher's tableau). */
export interface Tableau {
  /** Row i has the i weights of the earlier stages in stage i; its sum is the node c_i. */
  readonly stages: readonly (readonly number[])[];
  /** Weights of the stages in the step. */
  readonly weights: readonly number[];
}

/** A tableau with an error estimate and dense output, whose last stage is the derivative at the end of the step (FSAL). */
export interface EmbeddedTableau extends Tableau {
  /** Weights of the stages in the estimate of the error: those of the step minus those of the embedded method. */
  readonly errorWeights: readonly number[];
  /** The estimate is O(h^(errorOrder + 1)). */
  readonly errorOrder: number;
  /** Row i has the coefficients of theta, theta^2, ... in the weight of stage i at the time t + theta h. */
  readonly dense: readonly (readonly number[])[];
}

/**
 * Coefficients of a Rosenbrock method whose last stage is the estimate of its error and is added to the argument of that stage; see
 * `stiff/rosenbrock.ts` for the formula.
 */
export interface RosenbrockTableau {
  /** The diagonal coefficient: all stages solve with the matrix I - h gamma J. */
  readonly gamma: number;
  /** Row i has the weights a_ij of the earlier stages in the argument of stage i. */
  readonly stages: readonly (readonly number[])[];
  /** Row i has the weights C_ij of the earlier stages, over h, on the right side of stage i. */
  readonly couplings: readonly (readonly number[])[];
  /** Times of the stages, as shares of the step. */
  readonly nodes: readonly number[];
  /** Weights d_i of the derivative by time. */
  readonly timeWeights: readonly number[];
  /** Weights of the stages in k1, k2 and k3 of the dense output. */
  readonly dense: readonly (readonly number[])[];
  /** The estimate is O(h^(errorOrder + 1)). */
  readonly errorOrder: number;
}

/** How the next step follows from the error of the last: Hairer, Norsett, Wanner, Solving ODEs I, section II.4. */
export interface StepControl {
  /** Share of the step that the error would allow. */
  readonly safety: number;
  /** The next step is at least this times the last. */
  readonly minFactor: number;
  /** The next step is at most this times the last. */
  readonly maxFactor: number;
  /** Weight of the last error (Gustafsson's PI control); 0 looks at the present one only. */
  readonly beta: number;
}
