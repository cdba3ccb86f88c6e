import type { Expression } from "../math/expression.js";
import type { FunctionDefinition, Inliner } from "../math/inlineFunctions.js";
import type { InitialAssignment, Rule } from "../model/model.js";
import { partId, requiredId } from "./attributes.js";
import { checkAttributes, childrenByName, placeOf, warn, wrong, type ReadContext } from "./context.js";
import { formulaOf } from "./formulaOf.js";
import { mathElement, readLambda } from "./readMath.js";
import type { XmlElement } from "./xml.js";

/** Rules of level 1, with the attribute that names their variable; the one with `specie` is of version 1. */
const oldRules: Readonly<Record<string, readonly string[]>> = {
  speciesConcentrationRule: ["species", "specie"],
  specieConcentrationRule: ["specie", "species"],
  compartmentVolumeRule: ["compartment"],
  parameterRule: ["name"],
};

/** Names of rules in a level. */
export function ruleNames(level: number): readonly string[] {
  return level === 1 ? [...Object.keys(oldRules), "algebraicRule"] : ["assignmentRule", "rateRule", "algebraicRule"];
}

/**
 * Reads a rule; null where it has no formula, and so says nothing.
 * @throws ModelError where it is wrong.
 */
export function readRule(context: ReadContext, element: XmlElement, inliner: Inliner): Rule | null {
  childrenByName(context, element, []);
  checkAttributes(context, element, ["variable", "formula", "type", "species", "specie", "compartment"]);
  const place = placeOf(context, element);
  const formula = formulaOf(context, element);
  const math = formula === null ? null : inliner.inline(formula, place);
  if (element.name === "algebraicRule") return math === null ? null : { kind: "algebraic", math, place };
  const { kind, variable } = context.level === 1 ? oldTarget(context, element) : target(context, element);
  return math === null ? null : { kind, variable, math, place };
}

interface Target {
  readonly kind: "assignment" | "rate";
  readonly variable: string;
}

function target(context: ReadContext, element: XmlElement): Target {
  return {
    kind: element.name === "rateRule" ? "rate" : "assignment",
    variable: requiredId(context, element, "variable"),
  };
}

function oldTarget(context: ReadContext, element: XmlElement): Target {
  const type = element.attributes.get("type")?.trim() ?? "scalar";
  if (type !== "scalar" && type !== "rate") {
    throw wrong(context, element, "rule-type", "the rule has an unknown type.", {
      got: type,
      expected: "scalar or rate",
    });
  }
  const names = oldRules[element.name] ?? [];
  const name = names.find((candidate) => element.attributes.has(candidate)) ?? names[0]!;
  return { kind: type === "rate" ? "rate" : "assignment", variable: requiredId(context, element, name) };
}

/**
 * Reads an initial assignment; null where it has no formula.
 * @throws ModelError where it is wrong.
 */
export function readInitialAssignment(
  context: ReadContext,
  element: XmlElement,
  inliner: Inliner,
): InitialAssignment | null {
  childrenByName(context, element, []);
  checkAttributes(context, element, ["symbol"]);
  const place = placeOf(context, element);
  const symbol = requiredId(context, element, "symbol");
  const formula = formulaOf(context, element);
  return formula === null ? null : { symbol, math: inliner.inline(formula, place), place };
}

/**
 * Reads a function definition. Level 3 version 2 allows one without a formula.
 * @throws ModelError where it is wrong.
 */
export function readFunction(context: ReadContext, element: XmlElement): FunctionDefinition {
  childrenByName(context, element, []);
  checkAttributes(context, element, []);
  const id = partId(context, element);
  const place = placeOf(context, element);
  const math = mathElement(context, element);
  let lambda: { args: readonly string[]; body: Expression | null } = { args: [], body: null };
  if (math !== undefined) lambda = readLambda(context, math);
  else if (context.level === 3 && context.version > 1) warn(context, element, `The function ${id} has no formula.`);
  else throw wrong(context, element, "math-required", "the function has no formula.");
  return { id, ...lambda, place };
}
