import { InternalError } from "@simgrad/core";
import type { Expression } from "../math/expression.js";
import type { Model } from "../model/model.js";
import { algebraicPlan, solveBlock } from "./algebraic.js";
import { fixedness, hoister, isHoistedName } from "./fixed.js";
import type { Network } from "./types.js";
import { symbolsOf, type NetworkSymbol } from "./symbols.js";

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
