import type { Expression } from "../math/expression.js";
import type { Compartment, Model, Parameter, Reaction, Species, SpeciesReference } from "../model/model.js";

/**
 * How a quantity gets its value while the model runs: it is what it was at the start (`constant`), an assignment rule
 * gives it, an equation drives it (`moving`), only events change it (`held`), or an algebraic rule determines it.
 */
export type Role = "constant" | "assigned" | "moving" | "held" | "algebraic";

/** A quantity of the model, by its id. */
export type NetworkSymbol = {
  readonly id: string;
  readonly role: Role;
  /** The assignment or rate rule; null without one. */
  readonly rule: Expression | null;
  readonly initialAssignment: Expression | null;
} & SymbolPart;

/** What a quantity is. */
export type SymbolPart =
  | { readonly kind: "compartment"; readonly part: Compartment }
  | { readonly kind: "species"; readonly part: Species; readonly changes: readonly Change[] }
  | { readonly kind: "parameter"; readonly part: Parameter }
  | { readonly kind: "stoichiometry"; readonly part: SpeciesReference };

/** What a reaction does to a species. */
export interface Change {
  readonly reaction: string;
  readonly reference: SpeciesReference;
  /** -1 for a reactant, 1 for a product. */
  readonly sign: -1 | 1;
}

/** A species among the quantities. */
export type SpeciesSymbol = NetworkSymbol & { readonly kind: "species" };

/** Whether the id of a species stands for its concentration; else for its amount. */
export function isConcentration({ part }: SpeciesSymbol): boolean {
  return !part.hasOnlySubstanceUnits;
}

/** Whether what is integrated is the concentration: where a rate rule gives its slope. */
export function isStoredAsConcentration(symbol: SpeciesSymbol): boolean {
  return symbol.rule !== null && isConcentration(symbol);
}

/**
 * All quantities of a model, in its order.
 *
 * @param algebraic - those that algebraic rules determine
 * @param changed - those that something outside of the model changes
 */
export function symbolsOf(
  model: Model,
  algebraic: ReadonlySet<string>,
  changed: ReadonlySet<string>,
): ReadonlyMap<string, NetworkSymbol> {
  const assignments = new Map<string, Expression>();
  const rates = new Map<string, Expression>();
  for (const rule of model.rules) {
    if (rule.kind === "assignment") assignments.set(rule.variable, rule.math);
    if (rule.kind === "rate") rates.set(rule.variable, rule.math);
  }
  const initial = new Map(model.initialAssignments.map(({ symbol, math }) => [symbol, math]));
  const set = new Set([
    ...changed,
    ...model.events.flatMap((event) => event.assignments.map(({ variable }) => variable)),
  ]);
  const changes = changesOf(model.reactions);
  const symbols = new Map<string, NetworkSymbol>();
  const add = (id: string, what: SymbolPart, isMoved: boolean): void => {
    const role: Role = assignments.has(id)
      ? "assigned"
      : rates.has(id) || isMoved
        ? "moving"
        : algebraic.has(id)
          ? "algebraic"
          : set.has(id)
            ? "held"
            : "constant";
    const rule = assignments.get(id) ?? rates.get(id) ?? null;
    symbols.set(id, { id, role, rule, initialAssignment: initial.get(id) ?? null, ...what });
  };
  for (const part of model.compartments) add(part.id, { kind: "compartment", part }, false);
  for (const part of model.parameters) add(part.id, { kind: "parameter", part }, false);
  for (const reaction of model.reactions) {
    for (const part of reaction.localParameters) add(part.id, { kind: "parameter", part }, false);
    for (const part of [...reaction.reactants, ...reaction.products]) {
      if (part.id === null) continue;
      // A stoichiometry that is a formula (level 2) is one at all times, as one that an assignment rule gives.
      if (isFormula(part.stoichiometry)) assignments.set(part.id, part.stoichiometry);
      add(part.id, { kind: "stoichiometry", part }, false);
    }
  }
  for (const part of model.species) {
    const own = part.boundaryCondition || part.constant ? [] : (changes.get(part.id) ?? []);
    add(part.id, { kind: "species", part, changes: own }, own.length > 0);
  }
  return symbols;
}

function isFormula(stoichiometry: number | Expression | null): stoichiometry is Expression {
  return stoichiometry !== null && typeof stoichiometry !== "number";
}

function changesOf(reactions: readonly Reaction[]): ReadonlyMap<string, Change[]> {
  const changes = new Map<string, Change[]>();
  for (const { id, reactants, products } of reactions) {
    for (const [references, sign] of [
      [reactants, -1],
      [products, 1],
    ] as const) {
      for (const reference of references) {
        const list = changes.get(reference.species) ?? [];
        list.push({ reaction: id, reference, sign });
        changes.set(reference.species, list);
      }
    }
  }
  return changes;
}
