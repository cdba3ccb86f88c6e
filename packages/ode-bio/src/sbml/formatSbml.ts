import type { Expression } from "../math/expression.js";
import { referencesOf } from "../math/walk.js";
import type { Model, ModelEvent, Parameter, Place, Reaction, Rule, SpeciesReference } from "../model/model.js";
import { ModelError } from "../model/modelError.js";
import { validateModel } from "../model/validateModel.js";
import { isId } from "./attributes.js";
import { formatDouble, formatMath, indent } from "./formatMath.js";

/** Attributes in their order; what is null is left out. */
type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Writes a model as SBML of level 3 version 2. What is read back is equal to it, but for lines, level, version and
 * warnings; a stoichiometry that is a formula becomes a rule for the species reference, as level 3 has no other way
 * to write it.
 *
 * @throws ModelError where the model contradicts itself, or has an id or text that SBML cannot hold.
 */
export function formatSbml(model: Model): string {
  validateModel(model);
  const { references, rules } = withoutStoichiometryMath(model);
  const same = (id: string): string => id;
  const reactions = model.reactions.flatMap((reaction) => formatReaction(reaction, references));
  const body = [
    ...list(
      "listOfCompartments",
      model.compartments.flatMap(({ id, name, place, ...part }) =>
        element("compartment", { id, name, ...part }, place),
      ),
    ),
    ...list(
      "listOfSpecies",
      model.species.flatMap(({ id, name, place, ...part }) => element("species", { id, name, ...part }, place)),
    ),
    ...list(
      "listOfParameters",
      model.parameters.flatMap(({ id, name, place, ...part }) => element("parameter", { id, name, ...part }, place)),
    ),
    ...list(
      "listOfInitialAssignments",
      model.initialAssignments.flatMap(({ symbol, math, place }) =>
        element("initialAssignment", { symbol }, place, formatMath(math, same, place)),
      ),
    ),
    ...list("listOfRules", [...model.rules, ...rules].flatMap(formatRule)),
    ...list("listOfReactions", reactions),
    ...list("listOfEvents", model.events.flatMap(formatEvent)),
  ];
  const root = { xmlns: "http://www.sbml.org/sbml/level3/version2/core", level: 3, version: 2 };
  const lines = element(
    "sbml",
    root,
    model.place,
    element("model", { id: model.id, name: model.name }, model.place, body),
  );
  return `${['<?xml version="1.0" encoding="UTF-8"?>', ...lines].join("\n")}\n`;
}

function list(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`<${name}>`, ...lines.map(indent), `</${name}>`];
}

function element(
  name: string,
  attributes: Attributes,
  place: Place,
  content: readonly string[] = [],
): readonly string[] {
  const pairs = Object.entries(attributes).flatMap(([key, value]) => {
    if (value === null) return [];
    const text = typeof value === "number" ? formatDouble(value) : String(value);
    const isReference = ["id", "symbol", "variable", "species", "compartment", "conversionFactor"].includes(key);
    if (isReference && !isId(text)) {
      throw new ModelError(
        {
          what: `the id of a ${name} is none of SBML.`,
          got: JSON.stringify(text),
          expected: "a letter or underscore, then letters, digits and underscores",
          data: { rule: "id-syntax" },
        },
        { ...place, element: text },
      );
    }
    return ` ${key}="${escaped(text, place)}"`;
  });
  const start = `<${name}${pairs.join("")}`;
  return content.length === 0 ? [`${start}/>`] : [`${start}>`, ...content.map(indent), `</${name}>`];
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string, place: Place): string {
  // Characters that no XML file may hold, in any form: controls, halves of surrogate pairs, and two more.
  if (/[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(text)) {
    throw new ModelError(
      {
        what: "a name has a character that XML cannot hold.",
        got: JSON.stringify(text),
        data: { rule: "xml-character" },
      },
      place,
    );
  }
  return text.replace(/[&<>"\t\n\r]/g, (character) => entities[character] ?? `&#${character.charCodeAt(0)};`);
}

function formatRule(rule: Rule): readonly string[] {
  const math = formatMath(rule.math, (id) => id, rule.place);
  if (rule.kind === "algebraic") return element("algebraicRule", {}, rule.place, math);
  return element(rule.kind === "rate" ? "rateRule" : "assignmentRule", { variable: rule.variable }, rule.place, math);
}

function formatReaction(
  reaction: Reaction,
  references: ReadonlyMap<SpeciesReference, SpeciesReference>,
): readonly string[] {
  const { id, name, place, modifiers, kineticLaw } = reaction;
  const referenced = (parts: readonly SpeciesReference[]): readonly string[] =>
    parts.flatMap((part) => {
      const { id: own, species, stoichiometry, constant } = references.get(part) ?? part;
      const number = typeof stoichiometry === "number" ? stoichiometry : null;
      return element("speciesReference", { id: own, species, stoichiometry: number, constant }, part.place);
    });
  const modifying = modifiers.flatMap((species) => element("modifierSpeciesReference", { species }, place));
  return element("reaction", { id, name, reversible: true }, place, [
    ...list("listOfReactants", referenced(reaction.reactants)),
    ...list("listOfProducts", referenced(reaction.products)),
    ...list("listOfModifiers", modifying),
    ...(kineticLaw === null ? [] : formatKineticLaw(reaction, kineticLaw)),
  ]);
}

function formatKineticLaw({ id, place, localParameters }: Reaction, kineticLaw: Expression): readonly string[] {
  const local = new Map(localParameters.map((parameter) => [parameter.id, localId(id, parameter)]));
  const { values } = referencesOf(kineticLaw);
  const hidden = [...local.values()].find((short) => values.has(short));
  if (hidden !== undefined) {
    throw new ModelError(
      {
        what: `the rate of the reaction has both its own parameter ${hidden} and something of the model that is called so.`,
        fix: "rename one of the two.",
        data: { rule: "local-parameter" },
      },
      { ...place, element: id },
    );
  }
  const parameters = localParameters.flatMap((parameter) => {
    const { name, value } = parameter;
    return element("localParameter", { id: local.get(parameter.id)!, name, value }, parameter.place);
  });
  return list("kineticLaw", [
    ...formatMath(kineticLaw, (name) => local.get(name) ?? name, place),
    ...list("listOfLocalParameters", parameters),
  ]);
}

function localId(reaction: string, { id, place }: Parameter): string {
  if (id.startsWith(`${reaction}.`)) return id.slice(reaction.length + 1);
  throw new ModelError(
    {
      what: "the id of a reaction's own parameter does not begin with the reaction's.",
      got: id,
      expected: `${reaction}.…`,
      data: { rule: "local-parameter" },
    },
    { ...place, element: id },
  );
}

function formatEvent(event: ModelEvent): readonly string[] {
  const { id, name, place, trigger, initialValue, persistent, delay, priority, useValuesFromTriggerTime } = event;
  const math = (expression: Expression): readonly string[] => formatMath(expression, (other) => other, place);
  const optional = (tag: string, expression: Expression | null): readonly string[] =>
    expression === null ? [] : element(tag, {}, place, math(expression));
  return element("event", { id, name, useValuesFromTriggerTime }, place, [
    ...element("trigger", { initialValue, persistent }, place, math(trigger)),
    ...optional("priority", priority),
    ...optional("delay", delay),
    ...list(
      "listOfEventAssignments",
      event.assignments.flatMap((assignment) =>
        element("eventAssignment", { variable: assignment.variable }, assignment.place, math(assignment.math)),
      ),
    ),
  ]);
}

/** References whose stoichiometry is a formula, as references with an id, and rules for them. */
function withoutStoichiometryMath(model: Model): {
  readonly references: ReadonlyMap<SpeciesReference, SpeciesReference>;
  readonly rules: readonly Rule[];
} {
  const parts = [model.compartments, model.species, model.parameters, model.reactions, model.events].flat();
  const all = model.reactions.flatMap((reaction) =>
    [...reaction.reactants, ...reaction.products].map((reference) => ({ reaction, reference })),
  );
  const taken = new Set([...parts, ...all.map(({ reference }) => reference)].map(({ id }) => id));
  const references = new Map<SpeciesReference, SpeciesReference>();
  const rules: Rule[] = [];
  for (const { reaction, reference } of all) {
    const { stoichiometry: math, place } = reference;
    if (math === null || typeof math === "number") continue;
    let id = reference.id ?? `${reaction.id}_${reference.species}`;
    while (reference.id === null && taken.has(id)) id += "_";
    taken.add(id);
    references.set(reference, { ...reference, id, stoichiometry: null, constant: false });
    rules.push({ kind: "assignment", variable: id, math, place });
  }
  return { references, rules };
}
