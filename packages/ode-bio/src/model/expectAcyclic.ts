import type { Expression } from "../math/expression.js";
import { referencesOf } from "../math/walk.js";
import type { Model, Place } from "./model.js";
import { ModelError } from "./modelError.js";

/** A value that a formula determines: what it needs, and where it stands. */
interface Node {
  readonly needs: readonly string[];
  readonly place: Place;
}

/** Name of the rate of change of a variable among the values; a space keeps it apart from ids. */
const rate = (id: string): string => `rateOf ${id}`;

/**
 * Checks that no value depends on itself, neither at all times (assignment rules, rates of reactions, rates of
 * change) nor at the start, where initial assignments come in.
 * @throws ModelError with the circle.
 */
export function expectAcyclic(model: Model): void {
  const always = nodesOf(model);
  expectOrder(always);
  const start = new Map(always);
  for (const { symbol, math, place } of model.initialAssignments) start.set(symbol, { needs: needsOf([math]), place });
  expectOrder(start);
}

function needsOf(formulas: readonly Expression[]): readonly string[] {
  return formulas.flatMap((formula) => {
    const { values, rates } = referencesOf(formula);
    return [...values, ...[...rates].map(rate)];
  });
}

function nodesOf(model: Model): Map<string, Node> {
  const nodes = new Map<string, Node>();
  const changing = new Map<string, string[]>();
  for (const { id, kineticLaw, place, reactants, products } of model.reactions) {
    if (kineticLaw !== null) nodes.set(id, { needs: needsOf([kineticLaw]), place });
    for (const { species, id: reference, stoichiometry } of [...reactants, ...products]) {
      const needs = changing.get(species) ?? [];
      needs.push(id);
      if (reference !== null) needs.push(reference);
      if (stoichiometry !== null && typeof stoichiometry !== "number") needs.push(...needsOf([stoichiometry]));
      changing.set(species, needs);
    }
  }
  for (const { id, boundaryCondition, place, compartment, hasOnlySubstanceUnits } of model.species) {
    if (boundaryCondition) continue;
    // A concentration changes with the size of its compartment too.
    const size = hasOnlySubstanceUnits ? [] : [rate(compartment)];
    nodes.set(rate(id), { needs: [...(changing.get(id) ?? []), ...size], place });
  }
  for (const rule of model.rules) {
    if (rule.kind === "algebraic") continue;
    const name = rule.kind === "rate" ? rate(rule.variable) : rule.variable;
    nodes.set(name, { needs: needsOf([rule.math]), place: rule.place });
  }
  return nodes;
}

/** Depth first, without recursion: chains of rules can be long. */
function expectOrder(nodes: ReadonlyMap<string, Node>): void {
  const done = new Set<string>();
  for (const first of nodes.keys()) {
    if (done.has(first)) continue;
    const path: { readonly name: string; next: number }[] = [{ name: first, next: 0 }];
    const open = new Set([first]);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const node = nodes.get(top.name);
      const need = node?.needs[top.next++];
      if (need === undefined) {
        path.pop();
        open.delete(top.name);
        done.add(top.name);
      } else if (open.has(need)) {
        const circle = path.slice(path.findIndex(({ name }) => name === need)).map(({ name }) => name);
        throw new ModelError(
          { what: `a value depends on itself: ${[...circle, need].join(" ← ")}.`, data: { rule: "assignment-circle" } },
          { ...nodes.get(need)!.place, element: need },
        );
      } else if (nodes.has(need) && !done.has(need)) {
        path.push({ name: need, next: 0 });
        open.add(need);
      }
    }
  }
}
