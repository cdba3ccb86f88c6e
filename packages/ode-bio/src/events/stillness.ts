import type { Expression } from "../math/expression.js";
import { childrenOf, referencesOf } from "../math/walk.js";
import type { Network } from "../network/types.js";

/** Decides which formulas change in events alone. */
export function stillness(network: Network): (expression: Expression) => boolean {
  const ids = new Map<string, boolean>();
  const isStillId = (id: string): boolean => {
    const known = ids.get(id);
    if (known !== undefined) return known;
    ids.set(id, false);
    const still = network.isFixedId(id) || isStillQuantity(id);
    ids.set(id, still);
    return still;
  };
  const isStillQuantity = (id: string): boolean => {
    const symbol = network.symbols.get(id);
    if (symbol === undefined) {
      const law = network.laws.get(id);
      return law !== undefined && isStill(law);
    }
    const { role, rule } = symbol;
    const own = role === "constant" || role === "held" || (role === "assigned" && rule !== null && isStill(rule));
    return own && (symbol.kind !== "species" || isStillId(symbol.part.compartment));
  };
  const isStill = (expression: Expression): boolean => {
    if (hasTime(expression)) return false;
    const { values, rates } = referencesOf(expression);
    return rates.size === 0 && [...values].every(isStillId);
  };
  return isStill;
}

/** Whether a formula has the time in it. */
export function hasTime(expression: Expression): boolean {
  const seen = new Set<Expression>();
  const visit = (part: Expression): boolean => {
    if (seen.has(part)) return false;
    seen.add(part);
    return (part.kind === "symbol" && part.symbol === "time") || childrenOf(part).some(visit);
  };
  return visit(expression);
}
