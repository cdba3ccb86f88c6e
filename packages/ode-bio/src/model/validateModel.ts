import type { Expression } from "../math/expression.js";
import { referencesOf } from "../math/walk.js";
import { expectAcyclic } from "./expectAcyclic.js";
import { expectValues } from "./expectValues.js";
import type { Model, ModelWarning, Part, Place, SpeciesReference } from "./model.js";
import { ModelError, UnsupportedModelError } from "./modelError.js";

/** What `validateModel` knows beside the model. */
export interface ValidateModelOptions {
  /** Packages that the file declares; some explain what else would be a mistake. */
  readonly packages?: ReadonlySet<string>;
}

/**
 * Checks that a model does not contradict itself: ids are unique, what is referred to exists, what is constant is not
 * changed, no variable is determined twice, no value depends on itself, and no value that is needed is missing.
 *
 * @returns warnings: values that are missing and not needed.
 * @throws ModelError with the part and the `rule`.
 * @throws UnsupportedModelError where a model of the package fbc has reactions without rates.
 */
export function validateModel(model: Model, options: ValidateModelOptions = {}): readonly ModelWarning[] {
  const tables = tablesOf(model);
  checkSpecies(model, tables);
  checkReactions(model, tables, options.packages ?? new Set());
  checkFormulas(model, tables);
  checkVariables(model, tables);
  expectAcyclic(model);
  return expectValues(model);
}

/** Parts by id. */
interface Tables {
  readonly compartments: ReadonlyMap<string, Model["compartments"][number]>;
  readonly species: ReadonlyMap<string, Model["species"][number]>;
  readonly parameters: ReadonlyMap<string, Model["parameters"][number]>;
  readonly references: ReadonlyMap<string, SpeciesReference>;
  readonly reactions: ReadonlyMap<string, Model["reactions"][number]>;
}

function refuse(rule: string, what: string, part: { readonly place: Place; readonly id?: string | null }): never {
  throw new ModelError({ what, data: { rule } }, { ...part.place, element: part.id ?? null });
}

function tablesOf(model: Model): Tables {
  const taken = new Set<string>();
  const table = <T extends { readonly id: string | null; readonly place: Place }>(
    parts: readonly T[],
  ): Map<string, T> => {
    const found = new Map<string, T>();
    for (const part of parts) {
      if (part.id === null) continue;
      if (taken.has(part.id)) refuse("id-unique", `two parts of the model are ${part.id}.`, part);
      taken.add(part.id);
      found.set(part.id, part);
    }
    return found;
  };
  const references = model.reactions.flatMap(({ reactants, products }) => [...reactants, ...products]);
  const tables = {
    compartments: table(model.compartments),
    species: table(model.species),
    parameters: table(model.parameters),
    references: table(references),
    reactions: table(model.reactions),
  };
  table(model.events);
  table(model.reactions.flatMap(({ localParameters }) => localParameters));
  return tables;
}

function checkSpecies(model: Model, { compartments, parameters }: Tables): void {
  for (const species of model.species) {
    if (!compartments.has(species.compartment)) {
      refuse("species-compartment", `the species is in ${species.compartment}, which is no compartment.`, species);
    }
    if (species.initialAmount !== null && species.initialConcentration !== null) {
      refuse("species-initial", "the species has both an initial amount and a concentration.", species);
    }
    if (species.conversionFactor === null) continue;
    const factor = parameters.get(species.conversionFactor);
    if (factor?.constant !== true) {
      refuse(
        "conversion-factor",
        `${species.conversionFactor} is no constant parameter, as a factor must be.`,
        species,
      );
    }
  }
}

function checkReactions(model: Model, tables: Tables, packages: ReadonlySet<string>): void {
  const ruled = new Set(model.rules.flatMap((rule) => (rule.kind === "algebraic" ? [] : [rule.variable])));
  for (const reaction of model.reactions) {
    const { reactants, products, modifiers } = reaction;
    for (const id of [...[...reactants, ...products].map(({ species }) => species), ...modifiers]) {
      if (!tables.species.has(id)) refuse("species-known", `the reaction has ${id}, which is no species.`, reaction);
    }
    for (const { species: id, place } of [...reactants, ...products]) {
      const species = tables.species.get(id)!;
      if (species.boundaryCondition) continue;
      const part = { place, id: reaction.id };
      if (species.constant) refuse("species-constant", `the reaction changes ${id}, which is constant.`, part);
      if (ruled.has(id)) refuse("species-ruled", `both a rule and the reaction change ${id}.`, part);
      if (reaction.kineticLaw === null) withoutRate(reaction, id, packages);
    }
  }
}

function withoutRate(reaction: Part, species: string, packages: ReadonlySet<string>): never {
  if (!packages.has("fbc")) refuse("kinetic-law", `the reaction has no rate, and changes ${species}.`, reaction);
  throw new UnsupportedModelError(
    "fbc",
    { what: `the reaction ${reaction.id} has no rate: the package fbc looks for steady states by optimization.` },
    reaction.place,
  );
}

/** Each formula, with the part that it belongs to, and the reaction whose local parameters it may use. */
function formulasOf(
  model: Model,
): readonly { math: Expression; part: { place: Place; id: string | null }; reaction?: string }[] {
  return [
    ...model.rules.map((rule) => ({
      math: rule.math,
      part: { place: rule.place, id: rule.kind === "algebraic" ? null : rule.variable },
    })),
    ...model.initialAssignments.map(({ math, place, symbol }) => ({ math, part: { place, id: symbol } })),
    ...model.reactions.flatMap((reaction) => [
      ...(reaction.kineticLaw === null ? [] : [{ math: reaction.kineticLaw, part: reaction, reaction: reaction.id }]),
      ...[...reaction.reactants, ...reaction.products].flatMap(({ stoichiometry, place }) =>
        stoichiometry === null || typeof stoichiometry === "number"
          ? []
          : [{ math: stoichiometry, part: { place, id: reaction.id } }],
      ),
    ]),
    ...model.events.flatMap((event) => [
      ...[event.trigger, event.delay, event.priority].flatMap((math) => (math === null ? [] : [{ math, part: event }])),
      ...event.assignments.map(({ math, place }) => ({ math, part: { place, id: event.id } })),
    ]),
  ];
}

function checkFormulas(model: Model, tables: Tables): void {
  const { compartments, species, parameters, references, reactions } = tables;
  const variables = [compartments, species, parameters, references];
  const assigned = new Set(model.rules.flatMap((rule) => (rule.kind === "assignment" ? [rule.variable] : [])));
  const locals = new Map(
    model.reactions.map(({ id, localParameters }) => [id, new Set(localParameters.map((p) => p.id))]),
  );
  for (const { math, part, reaction } of formulasOf(model)) {
    const { values, rates } = referencesOf(math);
    const own = reaction === undefined ? undefined : locals.get(reaction);
    for (const id of values) {
      if (own?.has(id) === true || variables.some((table) => table.has(id))) continue;
      const found = reactions.get(id);
      if (found === undefined)
        refuse("math-known-id", `the formula has ${id}, which is nothing that has a value.`, part);
      if (found.kineticLaw === null) refuse("kinetic-law", `the formula has the rate of ${id}, which has none.`, part);
    }
    for (const id of rates) {
      if (own?.has(id) === true) continue;
      if (!variables.some((table) => table.has(id)))
        refuse("rate-of", `rateOf is of ${id}, which is no variable.`, part);
      if (assigned.has(id)) refuse("rate-of", `rateOf is of ${id}, which an assignment rule determines.`, part);
    }
  }
}

function checkVariables(model: Model, tables: Tables): void {
  const variable = (
    id: string,
    what: string,
    part: { place: Place; id?: string | null },
  ): { readonly constant: boolean } => {
    const { compartments, species, parameters, references } = tables;
    const found = compartments.get(id) ?? species.get(id) ?? parameters.get(id) ?? references.get(id);
    return found ?? refuse("variable-known", `${what} sets ${id}, which is no variable.`, { place: part.place, id });
  };
  const ruled = new Map<string, string>();
  for (const rule of model.rules) {
    if (rule.kind === "algebraic") continue;
    const part = { place: rule.place, id: rule.variable };
    if (variable(rule.variable, "the rule", part).constant) {
      refuse("rule-constant", `the rule changes ${rule.variable}, which is constant.`, part);
    }
    if (ruled.has(rule.variable)) refuse("rule-unique", `two rules determine ${rule.variable}.`, part);
    ruled.set(rule.variable, rule.kind);
  }
  const initial = new Set<string>();
  for (const { symbol, place } of model.initialAssignments) {
    const part = { place, id: symbol };
    variable(symbol, "the initial assignment", part);
    if (initial.has(symbol)) refuse("initial-unique", `two initial assignments set ${symbol}.`, part);
    if (ruled.get(symbol) === "assignment") {
      refuse("initial-ruled", `an initial assignment sets ${symbol}, and a rule determines it.`, part);
    }
    initial.add(symbol);
  }
  for (const event of model.events) {
    const set = new Set<string>();
    for (const { variable: id, place } of event.assignments) {
      const part = { place, id: event.id };
      if (variable(id, `the event ${event.id}`, part).constant) {
        refuse("event-constant", `the event changes ${id}, which is constant.`, part);
      }
      if (ruled.get(id) === "assignment") refuse("event-ruled", `the event sets ${id}, which a rule determines.`, part);
      if (set.has(id)) refuse("event-unique", `the event sets ${id} twice.`, part);
      set.add(id);
    }
  }
}
