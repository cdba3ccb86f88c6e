import type { Builder } from "../../ir/builder.js";
import type { Equation, Graph, Mask, OpName, Opt, Var } from "../../ir/types.js";

/**
 * `forward`: primal and tangent are computed together, loops carry both.
 * `linearize`: what depends on tangents stands in equations of its own, loops included, so that it can be transposed.
 */
export type JvpMode = "forward" | "linearize";

/** What `jvp` returns. */
export interface JvpResult {
  /** inputs: primals, tangents of the active inputs; outputs: primals, tangents of the active outputs. */
  readonly graph: Graph;
  readonly activeOut: Mask;
}

/** The transform `jvp`, over some table of rules. */
export type Jvp = (graph: Graph, active: Mask, mode: JvpMode, instantiate?: Mask) => JvpResult;

/** What a jvp rule may use. */
export interface JvpContext {
  readonly b: Builder;
  readonly mode: JvpMode;
  /** For bodies. */
  readonly jvp: Jvp;
}

/** Primal outputs and their tangents, null for a symbolic zero. */
export interface Dual {
  readonly outputs: readonly Var[];
  readonly tangents: readonly Opt[];
}

/** Emits an equation and its tangent. At least one tangent is not null. */
export type JvpRule<K extends OpName> = (
  context: JvpContext,
  equation: Equation<K>,
  inputs: readonly Var[],
  tangents: readonly Opt[],
) => Dual;

/** A jvp rule for each operation of `Names`. */
export type JvpRules<Names extends OpName = OpName> = { readonly [K in Names]: JvpRule<K> };

/** What `transpose` returns. */
export interface TransposeResult {
  /** inputs: those that are not linear, cotangents of the given outputs, accumulators; outputs: cotangents of the inputs set in `nonZero`. */
  readonly graph: Graph;
  /** Which inputs get a cotangent: linear ones, where one flows or one was asked for. */
  readonly nonZero: Mask;
}

/** The transform `transpose`, over some table of rules. See `transposeGraph` for its arguments. */
export type Transpose = (
  graph: Graph,
  linear: Mask,
  given: Mask,
  instantiate?: Mask,
  accumulate?: Mask,
) => TransposeResult;

/** What a transpose rule may use. */
export interface TransposeContext {
  readonly b: Builder;
  /** For bodies. */
  readonly transpose: Transpose;
  /**
   * Takes the sum of cotangents that input `i` has so far (null: none). The rule then returns this sum with its own part in
   * it, instead of its own part alone: so large operands accumulate in place.
   */
  take(i: number): Opt;
}

/**
 * Emits the cotangents of an equation's inputs. `inputs[i]` is null where input i is linear; its type is
 * `equation.inputs[i].type`. At least one cotangent is not null. The result is null where no cotangent flows.
 */
export type TransposeRule<K extends OpName> = (
  context: TransposeContext,
  equation: Equation<K>,
  inputs: readonly Opt[],
  cotangents: readonly Opt[],
) => readonly Opt[];

/** A transpose rule for each operation of `Names`. */
export type TransposeRules<Names extends OpName = OpName> = { readonly [K in Names]: TransposeRule<K> };

/**
 * How a variable is batched: not at all; along a leading axis (of the entries, for a History); or, for Histories whose lengths
 * may differ, as ragged ones.
 */
export type BatchForm = "none" | "axis" | "ragged";

/** What `vectorize` returns. */
export interface VectorizeResult {
  readonly graph: Graph;
  readonly batchedOut: Mask;
}

/** The transform `vectorize` by forms, over some table of rules. `wanted`: outputs that must be batched. */
export type Vectorize = (graph: Graph, forms: readonly BatchForm[], size: number, wanted?: Mask) => VectorizeResult;

/** What a vectorize rule may use. */
export interface VectorizeContext {
  readonly b: Builder;
  readonly size: number;
  /** For bodies. */
  readonly vectorize: Vectorize;
  /** How each input is batched. */
  readonly forms: readonly BatchForm[];
  /** Outputs that must be batched, because a History is added to one that is. */
  readonly wanted: Mask;
}

/** Outputs, and which of them are batched. */
export interface Batch {
  readonly outputs: readonly Var[];
  readonly batched: Mask;
}

/** Emits an equation for all elements at once. At least one input is batched, or one output wanted so. */
export type VectorizeRule<K extends OpName> = (
  context: VectorizeContext,
  equation: Equation<K>,
  inputs: readonly Var[],
  batched: Mask,
) => Batch;

/** A vectorize rule for each operation of `Names`. */
export type VectorizeRules<Names extends OpName = OpName> = { readonly [K in Names]: VectorizeRule<K> };
