import type { ArrayValue } from "../../ir/values.js";
import { sizeOf, type Equation, type Graph, type OpName, type Type, type Var } from "../../ir/types.js";
import { nothing, type Dependence } from "./sets.js";

/** What is known of a variable: for each element (of each entry of a History: those of all steps together) what it depends on. */
export interface Trait {
  readonly dependence: readonly Dependence[];
  /** Its elements, where nothing that is open decides them. */
  readonly value: ArrayValue | null;
}

/** What rules may ask for. */
export interface SparsityContext {
  /**
   * Whether a value counts that has no derivative: an integer, a bool, a rounded number. It does where a rule of the user's own
   * may give a derivative to what has none.
   */
  readonly values: boolean;
  /** Dependence of a body's outputs. */
  run(body: Graph, inputs: readonly Trait[], values?: boolean): readonly Trait[];
}

/** From an equation and its operands to the dependence of each output's elements. */
export type SparsityRule<K extends OpName> = (
  context: SparsityContext,
  equation: Equation<K>,
  inputs: readonly Trait[],
) => readonly (readonly Dependence[])[];

/** Rules for some ops. */
export type SparsityRules<K extends OpName> = { readonly [Name in K]: SparsityRule<Name> };

/** Number of elements that dependence is known of. */
export function extentOf(type: Type): number {
  switch (type.kind) {
    case "array":
      return sizeOf(type.shape);
    case "history":
      return sizeOf(type.of.shape);
    case "ragged":
      return extentOf(type.of);
  }
}

/** A list of one set for each element. */
export function filled(variable: Var, set: Dependence): readonly Dependence[] {
  return new Array<Dependence>(extentOf(variable.type)).fill(set);
}

/** An operand that depends on nothing and whose value is not known. */
export function independent(variable: Var): Trait {
  return { dependence: filled(variable, nothing), value: null };
}
