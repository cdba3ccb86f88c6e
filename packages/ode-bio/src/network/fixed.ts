import type { Expression } from "../math/expression.js";
import { mapChildren } from "../math/walk.js";
import type { Model } from "../model/model.js";
import type { NetworkSymbol } from "./symbols.js";

/** Whether a formula has the same value at all times. */
export type IsFixed = (expression: Expression) => boolean;

/**
 * Decides which formulas have the same value at all times: those of constants alone, and of what rules make of
 * constants.
 */
export function fixedness(model: Model, symbols: ReadonlyMap<string, NetworkSymbol>): IsFixed {
  const laws = new Map(model.reactions.map(({ id, kineticLaw }) => [id, kineticLaw]));
  const ids = new Map<string, boolean>();
  const expressions = new Map<Expression, boolean>();

  const isFixedId = (id: string): boolean => {
    const known = ids.get(id);
    if (known !== undefined) return known;
    const symbol = symbols.get(id);
    let fixed: boolean;
    if (symbol === undefined) {
      const law = laws.get(id) ?? null;
      fixed = law !== null && isFixed(law);
    } else {
      const own = symbol.role === "constant" || (symbol.role === "assigned" && isFixed(symbol.rule!));
      fixed = own && (symbol.kind !== "species" || isFixedId(symbol.part.compartment));
    }
    ids.set(id, fixed);
    return fixed;
  };

  const isFixed: IsFixed = (expression) => {
    switch (expression.kind) {
      case "number":
      case "boolean":
        return true;
      case "symbol":
        return expression.symbol === "avogadro";
      case "rateOf":
        return false;
      case "name":
        return isFixedId(expression.id);
      default: {
        const known = expressions.get(expression);
        if (known !== undefined) return known;
        let fixed = true;
        mapChildren(expression, (child) => {
          fixed &&= isFixed(child);
          return child;
        });
        expressions.set(expression, fixed);
        return fixed;
      }
    }
  };
  return isFixed;
}

/** Formulas in which the largest parts that are fixed have names, by which they can be computed once before a run. */
export interface Hoisted {
  /** The formula with names, made by `hoistedName`, in the places of fixed parts. */
  hoist(expression: Expression): Expression;
  /** The parts, by their names. */
  readonly parts: ReadonlyMap<string, Expression>;
}

/** Whether a name stands for a fixed part of a formula. */
export function isHoistedName(id: string): boolean {
  return id.startsWith("#");
}

/** Takes fixed parts out of formulas. Pieces of `piecewise` keep theirs, since what is not taken may have no value. */
export function hoister(isFixed: IsFixed): Hoisted {
  const parts = new Map<string, Expression>();
  const done = new Map<Expression, Expression>();
  const hoist = (expression: Expression): Expression => {
    if (expression.kind !== "apply" && expression.kind !== "piecewise") return expression;
    const known = done.get(expression);
    if (known !== undefined) return known;
    let result: Expression;
    if (isFixed(expression)) {
      const id = `#${parts.size}`;
      parts.set(id, expression);
      result = { kind: "name", id };
    } else {
      result = expression.kind === "piecewise" ? expression : mapChildren(expression, hoist);
    }
    done.set(expression, result);
    return result;
  };
  return { hoist, parts };
}
