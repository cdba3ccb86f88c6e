import { makeInliner } from "../math/inlineFunctions.js";
import type { Model, Rule } from "../model/model.js";
import { validateModel } from "../model/validateModel.js";
import { optionalId } from "./attributes.js";
import { checkAttributes, childrenByName, listed, placeOf, warn, type ReadContext } from "./context.js";
import { withDefaultSizes } from "./defaultSizes.js";
import { isIgnored, readDocument } from "./document.js";
import { expectUniqueIds } from "./expectUniqueIds.js";
import { readEvent } from "./readEvent.js";
import { readCompartment, readParameter, readSpecies } from "./readQuantities.js";
import { readReaction } from "./readReaction.js";
import { readFunction, readInitialAssignment, readRule, ruleNames } from "./readRules.js";
import { warnOfUnits } from "./unitWarnings.js";
import { parseXml, type XmlElement } from "./xml.js";

/** How `readSbml` reads. */
export interface ReadSbmlOptions {
  /** Name of the file, for errors and warnings. */
  readonly file?: string | null;
}

const lists = [
  "listOfFunctionDefinitions",
  "listOfUnitDefinitions",
  "listOfCompartmentTypes",
  "listOfSpeciesTypes",
  "listOfCompartments",
  "listOfSpecies",
  "listOfParameters",
  "listOfInitialAssignments",
  "listOfRules",
  "listOfConstraints",
  "listOfReactions",
  "listOfEvents",
];

/**
 * Reads SBML of level 1 to 3, all versions. Nothing is left out in silence: what the model does not hold is an error,
 * or one of its `warnings`. Units are not converted.
 *
 * @throws ModelError with file, line, element and rule (`rule`), where the text is no SBML or contradicts itself.
 * @throws UnsupportedModelError for delays, fast reactions and packages that the numbers need.
 */
export function readSbml(text: string, options: ReadSbmlOptions = {}): Model {
  const { file = null } = options;
  // A byte order mark is no part of the text.
  const root = parseXml(text.replace(/^\uFEFF/, ""), { file, skip: isIgnored });
  const { context, model: element, packages } = readDocument(root, file);
  const parts = childrenByName(context, element, lists);
  checkAttributes(context, element, [
    "substanceUnits",
    "timeUnits",
    "volumeUnits",
    "areaUnits",
    "lengthUnits",
    "extentUnits",
    "conversionFactor",
  ]);
  const items = (list: string, ...names: string[]): readonly XmlElement[] => listed(context, parts.get(list), names);
  const speciesNames = context.level === 1 ? ["species", "specie"] : ["species"];
  const functions = items("listOfFunctionDefinitions", "functionDefinition").map((item) => readFunction(context, item));
  const inliner = makeInliner(functions);
  const compartments = items("listOfCompartments", "compartment").map((item) => readCompartment(context, item));
  const factor = optionalId(context, element, "conversionFactor");
  const species = items("listOfSpecies", ...speciesNames).map((item) => readSpecies(context, item, factor));
  const parameters = items("listOfParameters", "parameter").map((item) => readParameter(context, item));
  const initialAssignments = items("listOfInitialAssignments", "initialAssignment").flatMap(
    (item) => readInitialAssignment(context, item, inliner) ?? [],
  );
  const rules = items("listOfRules", ...ruleNames(context.level)).flatMap(
    (item) => readRule(context, item, inliner) ?? [],
  );
  const reactions = items("listOfReactions", "reaction").map((item) => readReaction(context, item, inliner));
  const taken = expectUniqueIds(context, root);
  const events = items("listOfEvents", "event").flatMap((item, k) => {
    const fallback = item.attributes.has("id") ? "" : freeId(`event${k + 1}`, taken);
    return readEvent(context, item, inliner, fallback) ?? [];
  });
  for (const constraint of items("listOfConstraints", "constraint")) {
    warn(context, constraint, "The constraint is not checked.");
  }
  warnOfUnits(context, element);
  // A compartment without dimensions has no size below level 3; there it may have one, and is then like any other.
  const sized = new Set([
    ...initialAssignments.map(({ symbol }) => symbol),
    ...rules.map((rule) => (rule.kind === "algebraic" ? "" : rule.variable)),
  ]);
  const points = compartments.filter(
    ({ id, spatialDimensions, size }) =>
      spatialDimensions === 0 && (context.level < 3 || (size === null && !sized.has(id))),
  );
  const isPoint = (compartment: string): boolean => points.some(({ id }) => id === compartment);
  const isDriven = drivenInLevel1(context, rules);
  const sizes = withDefaultSizes({ compartments, rules, initialAssignments });
  context.warnings.push(...sizes.warnings);
  const model: Model = {
    id: optionalId(context, element, context.level === 1 ? "name" : "id") ?? "model",
    name: context.level === 1 ? null : (element.attributes.get("name") ?? null),
    place: placeOf(context, element),
    level: context.level,
    version: context.version,
    compartments: sizes.compartments.map((part) => (isDriven(part.id) ? { ...part, constant: false } : part)),
    species: species.map((part) => (isPoint(part.compartment) ? { ...part, hasOnlySubstanceUnits: true } : part)),
    parameters: parameters.map((part) => (isDriven(part.id) ? { ...part, constant: false } : part)),
    reactions,
    rules,
    initialAssignments,
    events,
    warnings: context.warnings,
  };
  return { ...model, warnings: [...context.warnings, ...validateModel(model, { packages })] };
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  while (taken.has(id)) id += "_";
  taken.add(id);
  return id;
}

/** Level 1 does not say what is constant: what a rule drives is not, and an algebraic rule may drive anything. */
function drivenInLevel1(context: ReadContext, rules: readonly Rule[]): (id: string) => boolean {
  if (context.level > 1) return () => false;
  if (rules.some(({ kind }) => kind === "algebraic")) return () => true;
  const variables = new Set(rules.map((rule) => (rule.kind === "algebraic" ? "" : rule.variable)));
  return (id) => variables.has(id);
}
