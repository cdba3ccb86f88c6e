import type { ExpressionCompiler, Names } from "../math/compileExpression.js";
import type { Expression } from "../math/expression.js";
import type { Scalar } from "../math/operators.js";
import type { Value } from "../math/value.js";
import type { Model } from "../model/model.js";
import type { NetworkSymbol } from "./symbols.js";

/** A model, made ready to be run: which quantities move, and in which way the others follow. */
export interface Network {
  /** The model that was given. */
  readonly model: Model;
  /** All quantities but rates of reactions. Parts of formulas that are fixed are names of `fixedParts`. */
  readonly symbols: ReadonlyMap<string, NetworkSymbol>;
  /** Quantities that equations drive: the entries of the state, in their order. */
  readonly moving: readonly NetworkSymbol[];
  /** Quantities that only events change. */
  readonly held: readonly NetworkSymbol[];
  /** Rates of the reactions that have one. */
  readonly laws: ReadonlyMap<string, Expression>;
  /** Parts of formulas that are the same at all times. */
  readonly fixedParts: ReadonlyMap<string, Expression>;
  /** Whether a quantity, or the rate of a reaction, is the same at all times. */
  isFixedId(id: string): boolean;
  /** Whether a formula has the same value at all times. */
  isFixed(expression: Expression): boolean;
  /** The value, as formulas see it, of a quantity that algebraic rules determine. */
  solveAlgebraic(id: string, scope: Scope): Scalar;
}

/** A quantity as it is known: species by their amount or by their concentration, other quantities by their value. */
export interface Stored {
  readonly form: "amount" | "concentration" | "value";
  readonly value: Scalar;
}

/** What is known at a point of a run. */
export interface Source {
  readonly time: Value;
  /**
   * The value of a quantity that no assignment rule gives; null where it must be computed: what algebraic rules
   * determine.
   */
  stored(symbol: NetworkSymbol, scope: Scope): Stored | null;
  /**
   * A quantity, or a part of formulas, that is the same at all times, as formulas see it; null where it must be
   * computed.
   */
  fixed(id: string): Value | null;
  /** Parts of formulas whose values are known beside; by identity. */
  readonly known?: ReadonlyMap<Expression, Value> | undefined;
  /** Where the search for what algebraic rules determine begins, as formulas see it. */
  guess(id: string): Scalar;
}

/** All that a model says at a point of a run. Values are computed when they are asked for, each once. */
export interface Scope extends Names {
  /** The formula's value. */
  readonly compile: ExpressionCompiler;
  /** A quantity, as formulas see it; the rate of a reaction. */
  value(id: string): Value;
  amount(id: string): Scalar;
  concentration(id: string): Scalar;
  /** Slope of what is stored of a moving quantity. */
  slope(id: string): Scalar;
  readonly source: Source;
}
