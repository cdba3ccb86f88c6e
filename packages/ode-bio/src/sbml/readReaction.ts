import type { Expression } from "../math/expression.js";
import type { Inliner } from "../math/inlineFunctions.js";
import type { Parameter, Reaction, SpeciesReference } from "../model/model.js";
import { UnsupportedModelError } from "../model/modelError.js";
import { optionalDouble, optionalId, partId, partName, readBoolean, requiredId } from "./attributes.js";
import { checkAttributes, childrenByName, listed, placeOf, wrong, type ReadContext } from "./context.js";
import { formulaOf } from "./formulaOf.js";
import { mathElement, readMath } from "./readMath.js";
import { readLocalParameter } from "./readQuantities.js";
import type { XmlElement } from "./xml.js";

/**
 * Reads a reaction.
 * @throws ModelError where it is wrong.
 * @throws UnsupportedModelError where it is fast.
 */
export function readReaction(context: ReadContext, element: XmlElement, inliner: Inliner): Reaction {
  const id = partId(context, element);
  const known = ["listOfReactants", "listOfProducts", "listOfModifiers", "kineticLaw"];
  const parts = childrenByName(context, element, known);
  checkAttributes(context, element, ["reversible", "fast", "compartment"]);
  if (readBoolean(context, element, "fast", false)) {
    throw new UnsupportedModelError(
      "fast reaction",
      {
        what: `the reaction ${id} is fast, that is in equilibrium at all times.`,
        fix: "write the equilibrium as a rule, or the reaction with a large rate.",
      },
      placeOf(context, element),
    );
  }
  const names = context.level === 1 ? ["speciesReference", "specieReference"] : ["speciesReference"];
  const references = (list: string): readonly SpeciesReference[] =>
    listed(context, parts.get(list), names).map((reference) => readReference(context, reference, inliner));
  const modifiers = listed(context, parts.get("listOfModifiers"), ["modifierSpeciesReference"]);
  const law = parts.get("kineticLaw");
  const { kineticLaw, localParameters } = law
    ? readKineticLaw(context, law, id, inliner)
    : { kineticLaw: null, localParameters: [] };
  return {
    id,
    name: partName(context, element),
    place: placeOf(context, element),
    reactants: references("listOfReactants"),
    products: references("listOfProducts"),
    modifiers: modifiers.map((modifier) => {
      childrenByName(context, modifier, []);
      checkAttributes(context, modifier, ["species"]);
      return requiredId(context, modifier, "species");
    }),
    kineticLaw,
    localParameters,
  };
}

function readKineticLaw(
  context: ReadContext,
  element: XmlElement,
  reaction: string,
  inliner: Inliner,
): { readonly kineticLaw: Expression | null; readonly localParameters: readonly Parameter[] } {
  const [list, item] =
    context.level === 3 ? ["listOfLocalParameters", "localParameter"] : ["listOfParameters", "parameter"];
  const parts = childrenByName(context, element, [list]);
  checkAttributes(context, element, ["formula", "timeUnits", "substanceUnits"]);
  const renamed = new Map<string, string>();
  const localParameters = listed(context, parts.get(list), [item]).map((parameter) => {
    const local = partId(context, parameter);
    const made = readLocalParameter(context, parameter, reaction);
    if (renamed.has(local)) {
      throw wrong(context, parameter, "id-unique", `two parameters of the reaction ${reaction} are ${local}.`);
    }
    renamed.set(local, made.id);
    return made;
  });
  const formula = formulaOf(context, element);
  const kineticLaw = formula === null ? null : inliner.inline(formula, placeOf(context, element), renamed);
  return { kineticLaw, localParameters };
}

function readReference(context: ReadContext, element: XmlElement, inliner: Inliner): SpeciesReference {
  const parts = childrenByName(context, element, ["stoichiometryMath"]);
  checkAttributes(context, element, ["species", "specie", "stoichiometry", "denominator", "constant"]);
  const { level, version } = context;
  const old = level === 1 && version === 1 && element.attributes.has("specie");
  const math = parts.get("stoichiometryMath");
  const given = optionalDouble(context, element, "stoichiometry");
  const denominator = level === 1 ? (optionalDouble(context, element, "denominator") ?? 1) : 1;
  if (denominator === 0) throw wrong(context, element, "stoichiometry", "the stoichiometry is divided by zero.");
  const number = level === 3 ? given : (given ?? 1) / denominator;
  if (math !== undefined && (level !== 2 || given !== null)) {
    throw wrong(context, element, "stoichiometry", "a stoichiometry is a number or a formula, the latter in level 2.");
  }
  const stoichiometry = math === undefined ? number : readStoichiometry(context, math, inliner);
  return {
    id: optionalId(context, element, "id"),
    species: requiredId(context, element, old ? "specie" : "species"),
    stoichiometry,
    // Below level 3 only a formula can change a stoichiometry.
    constant: readBoolean(context, element, "constant", level === 3 ? null : typeof stoichiometry === "number"),
    place: placeOf(context, element),
  };
}

function readStoichiometry(context: ReadContext, element: XmlElement, inliner: Inliner): Expression | number {
  childrenByName(context, element, []);
  const math = mathElement(context, element);
  if (math === undefined) throw wrong(context, element, "math-required", "stoichiometryMath has no formula.");
  const formula = inliner.inline(readMath(context, math), placeOf(context, element));
  return formula.kind === "number" ? formula.value : formula;
}
