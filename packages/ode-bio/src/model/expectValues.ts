import type { Expression } from "../math/expression.js";
import { referencesOf } from "../math/walk.js";
import type { Model, ModelWarning, Part } from "./model.js";
import { ModelError } from "./modelError.js";

/**
 * Checks that every value that is needed at the start is given: by an attribute, a rule or an initial assignment.
 * Where there are algebraic rules, they may give what is not constant. A value is needed where a formula has it, a
 * reaction or rule changes it, or a concentration is made with it.
 *
 * @returns a warning for each value that is missing and not needed; it has none at the start.
 * @throws ModelError that names the part.
 */
export function expectValues(model: Model): readonly ModelWarning[] {
  const set = new Set([
    ...model.initialAssignments.map(({ symbol }) => symbol),
    ...model.rules.flatMap((rule) => (rule.kind === "assignment" ? [rule.variable] : [])),
  ]);
  const hasAlgebraic = model.rules.some(({ kind }) => kind === "algebraic");
  const isGiven = (id: string, value: number | null, constant: boolean): boolean =>
    value !== null || set.has(id) || (hasAlgebraic && !constant);
  const needed = neededOf(model);
  const warnings: ModelWarning[] = [];
  const check = (part: Pick<Part, "id" | "place">, what: string, isNeeded: boolean): void => {
    if (isNeeded) {
      throw new ModelError(
        {
          what: `the ${what} is not given, by no attribute, rule or initial assignment.`,
          fix: "give it in the file.",
          data: { rule: "value-missing" },
        },
        { ...part.place, element: part.id },
      );
    }
    warnings.push({ message: `The ${what} of ${part.id} is not given, and nothing needs it.`, place: part.place });
  };
  for (const { id, size, constant, place, spatialDimensions } of model.compartments) {
    if (isGiven(id, size, constant)) continue;
    const holds = model.species.some((species) => {
      if (species.compartment !== id) return false;
      return species.initialConcentration !== null || (!species.hasOnlySubstanceUnits && needed.has(species.id));
    });
    if (spatialDimensions === 0 && !needed.has(id) && !holds) continue;
    check({ id, place }, "size of the compartment", needed.has(id) || holds);
  }
  for (const { id, initialAmount, initialConcentration, constant, place } of model.species) {
    if (isGiven(id, initialAmount ?? initialConcentration, constant)) continue;
    check({ id, place }, "initial value of the species", needed.has(id));
  }
  for (const { id, value, constant, place } of model.parameters) {
    if (isGiven(id, value, constant)) continue;
    check({ id, place }, "value of the parameter", needed.has(id));
  }
  for (const reaction of model.reactions) {
    const { reactants, products, localParameters, kineticLaw } = reaction;
    const used = kineticLaw === null ? new Set<string>() : referencesOf(kineticLaw).values;
    for (const { id, value, place } of localParameters) {
      if (value === null) check({ id, place }, "value of the parameter", used.has(id));
    }
    for (const { id, species, stoichiometry, constant, place } of [...reactants, ...products]) {
      if (stoichiometry !== null || (id !== null && isGiven(id, null, constant))) continue;
      const isChanged = model.species.some((part) => part.id === species && !part.boundaryCondition);
      check(
        { id: id ?? reaction.id, place },
        `stoichiometry of ${species}`,
        isChanged || (id !== null && needed.has(id)),
      );
    }
  }
  return warnings;
}

/** Ids that formulas have, or that reactions and rate rules change. */
function neededOf(model: Model): ReadonlySet<string> {
  const needed = new Set<string>();
  const add = (math: Expression | number | null): void => {
    if (math === null || typeof math === "number") return;
    const { values, rates } = referencesOf(math);
    for (const id of values) needed.add(id);
    for (const id of rates) needed.add(id);
  };
  const boundary = new Set(model.species.filter((part) => part.boundaryCondition).map(({ id }) => id));
  for (const { math } of model.initialAssignments) add(math);
  for (const rule of model.rules) {
    add(rule.math);
    if (rule.kind === "rate") needed.add(rule.variable);
  }
  for (const { kineticLaw, reactants, products } of model.reactions) {
    add(kineticLaw);
    for (const { species, stoichiometry } of [...reactants, ...products]) {
      add(stoichiometry);
      if (!boundary.has(species)) needed.add(species);
    }
  }
  for (const { trigger, delay, priority, assignments } of model.events) {
    for (const math of [trigger, delay, priority, ...assignments.map((assignment) => assignment.math)]) add(math);
  }
  for (const { conversionFactor } of model.species) if (conversionFactor !== null) needed.add(conversionFactor);
  return needed;
}
