import type { Expression } from "../math/expression.js";
import type { Scalar } from "../math/operators.js";
import { toNumber, type Value } from "../math/value.js";
import type { Species } from "../model/model.js";
import type { Network, Scope, Stored } from "./types.js";
import { scopeAt } from "./scope.js";
import { isConcentration, isStoredAsConcentration, type NetworkSymbol } from "./symbols.js";

/** Values by id that stand in the place of those that the model gives. */
export type Given = ReadonlyMap<string, Scalar>;

/** Whether the number that a model gives for the start of a species is a concentration; else it is an amount. */
export function startsAsConcentration({
  initialConcentration,
  initialAmount,
  hasOnlySubstanceUnits,
}: Species): boolean {
  return initialConcentration !== null || (initialAmount === null && !hasOnlySubstanceUnits);
}

/** The number that the model's attributes give for a quantity at the start; null where there is none. */
export function attributeOf(symbol: NetworkSymbol): number | Expression | null {
  switch (symbol.kind) {
    case "compartment":
      return symbol.part.size;
    case "species":
      return symbol.part.initialConcentration ?? symbol.part.initialAmount;
    case "parameter":
      return symbol.part.value;
    case "stoichiometry":
      return symbol.part.stoichiometry;
  }
}

/**
 * All that the model says at the start: attributes, or what is given in their place, initial assignments, and rules.
 */
export function startScope(network: Network, given: Given, time: Value): Scope {
  const attribute = (symbol: NetworkSymbol, scope: Scope): Scalar => {
    const number = given.get(symbol.id) ?? attributeOf(symbol) ?? NaN;
    return typeof number === "object" && "kind" in number ? toNumber(scope.compile(number)) : number;
  };
  const assigned = (symbol: NetworkSymbol, math: Expression, scope: Scope): Stored => ({
    form: symbol.kind !== "species" ? "value" : isConcentration(symbol) ? "concentration" : "amount",
    value: toNumber(scope.compile(math)),
  });
  return scopeAt(network, {
    time,
    stored: (symbol, scope) => {
      if (symbol.role === "algebraic") return null;
      if (symbol.initialAssignment !== null) return assigned(symbol, symbol.initialAssignment, scope);
      const value = attribute(symbol, scope);
      if (symbol.kind !== "species") return { form: "value", value };
      return { form: startsAsConcentration(symbol.part) ? "concentration" : "amount", value };
    },
    fixed: () => null,
    guess: (id) => {
      const number = attributeOf(network.symbols.get(id)!);
      return given.get(id) ?? (typeof number === "number" && Number.isFinite(number) ? number : 1);
    },
  });
}

/** What is the same at all times of a run, computed before it. */
export interface FixedValues {
  /** Quantities, rates and parts of formulas, as formulas see them. */
  readonly values: ReadonlyMap<string, Value>;
  /** Constants: amounts of species, values of others. */
  readonly stored: ReadonlyMap<string, Stored>;
  /** What algebraic rules determine at the start. */
  readonly guesses: ReadonlyMap<string, Scalar>;
}

/** Computes what is the same at all times of a run that starts so. */
export function fixedValues(network: Network, start: Scope): FixedValues {
  const all = [...network.symbols.values()];
  const ids = [...network.fixedParts.keys(), ...all.map(({ id }) => id), ...network.laws.keys()];
  return {
    values: new Map(ids.filter(network.isFixedId).map((id) => [id, start.value(id)])),
    stored: new Map(
      all.filter(({ role }) => role === "constant").map((symbol) => [symbol.id, storedAtStart(symbol, start)]),
    ),
    guesses: new Map(all.filter(({ role }) => role === "algebraic").map(({ id }) => [id, toNumber(start.value(id))])),
  };
}

/** What is stored of a quantity: see `isStoredAsConcentration`. */
export function storedAtStart(symbol: NetworkSymbol, start: Scope): Stored {
  if (symbol.kind !== "species") return { form: "value", value: toNumber(start.value(symbol.id)) };
  return isStoredAsConcentration(symbol)
    ? { form: "concentration", value: start.concentration(symbol.id) }
    : { form: "amount", value: start.amount(symbol.id) };
}

/** All that the model says at a time, where moving and held quantities have these stored values, in their order. */
export function runScope(
  network: Network,
  fixed: FixedValues,
  time: Value,
  moving: readonly Scalar[],
  held: readonly Scalar[],
  parts?: ReadonlyMap<Expression, Value>,
): Scope {
  const known = new Map<string, Scalar>([
    ...network.moving.map(({ id }, i) => [id, moving[i]!] as const),
    ...network.held.map(({ id }, i) => [id, held[i]!] as const),
  ]);
  return scopeAt(network, {
    time,
    known: parts,
    stored: (symbol) => {
      const value = known.get(symbol.id);
      if (value === undefined) return fixed.stored.get(symbol.id) ?? null;
      if (symbol.kind !== "species") return { form: "value", value };
      return { form: isStoredAsConcentration(symbol) ? "concentration" : "amount", value };
    },
    fixed: (id) => fixed.values.get(id) ?? null,
    guess: (id) => fixed.guesses.get(id) ?? 1,
  });
}
