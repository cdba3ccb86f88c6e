import { InternalError } from "@simgrad/core";
import type { Expression } from "../math/expression.js";
import type { Scalar } from "../math/operators.js";
import type { Model } from "../model/model.js";
import { algebraicPlan, solveBlock } from "./algebraic.js";
import { fixedness, hoister, isHoistedName } from "./fixed.js";
import type { Scope } from "./scope.js";
import { symbolsOf, type NetworkSymbol } from "./symbols.js";

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

/**
 * Makes a model ready to be run.
 *
 * @param changed - ids of constants that something outside of the model changes
 * @throws UnsupportedModelError where an algebraic rule determines nothing.
 */
export function networkOf(model: Model, changed: ReadonlySet<string> = new Set()): Network {
  const plan = algebraicPlan(model);
  const original = symbolsOf(model, plan.unknowns, changed);
  const isFixed = fixedness(model, original);
  const { hoist, parts } = hoister(isFixed);
  const symbols = new Map([...original].map(([id, symbol]) => [id, withHoisted(symbol, hoist)]));
  const all = [...symbols.values()];
  const network: Network = {
    model,
    symbols,
    moving: all.filter(({ role }) => role === "moving"),
    held: all.filter(({ role }) => role === "held"),
    laws: new Map(
      model.reactions.flatMap(({ id, kineticLaw }) => (kineticLaw === null ? [] : [[id, hoist(kineticLaw)] as const])),
    ),
    fixedParts: parts,
    isFixed,
    isFixedId: (id) => isHoistedName(id) || isFixed({ kind: "name", id }),
    solveAlgebraic: (id, scope) => {
      const block = plan.blocks.find(({ unknowns }) => unknowns.includes(id));
      if (block === undefined) throw new InternalError(`${id} has no value at this point`);
      return solveBlock(block, id, scope, network);
    },
  };
  return network;
}

function withHoisted(symbol: NetworkSymbol, hoist: (expression: Expression) => Expression): NetworkSymbol {
  const rule = symbol.rule === null ? null : hoist(symbol.rule);
  if (symbol.kind !== "species") return { ...symbol, rule };
  const changes = symbol.changes.map((change) => {
    const { stoichiometry } = change.reference;
    if (stoichiometry === null || typeof stoichiometry === "number") return change;
    return { ...change, reference: { ...change.reference, stoichiometry: hoist(stoichiometry) } };
  });
  return { ...symbol, rule, changes };
}
