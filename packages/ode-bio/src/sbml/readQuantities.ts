import type { Compartment, Parameter, Species } from "../model/model.js";
import { optionalDouble, optionalId, partId, partName, readBoolean, requiredId, unlessLevel3 } from "./attributes.js";
import { checkAttributes, childrenByName, placeOf, wrong, type ReadContext } from "./context.js";
import type { XmlElement } from "./xml.js";

/**
 * Reads a compartment. In level 1 its size is 1 where none is given.
 * @throws ModelError where an attribute is wrong or missing.
 */
export function readCompartment(context: ReadContext, element: XmlElement): Compartment {
  childrenByName(context, element, []);
  const { level } = context;
  checkAttributes(context, element, ["spatialDimensions", "size", "volume", "constant", "outside", "compartmentType"]);
  const spatialDimensions = optionalDouble(context, element, "spatialDimensions") ?? 3;
  if (level === 2 && ![0, 1, 2, 3].includes(spatialDimensions)) {
    throw wrong(context, element, "compartment-dimensions", "the compartment has an unknown number of dimensions.", {
      got: String(spatialDimensions),
      expected: "0, 1, 2 or 3",
    });
  }
  const size = optionalDouble(context, element, level === 1 ? "volume" : "size");
  return {
    id: partId(context, element),
    name: partName(context, element),
    place: placeOf(context, element),
    spatialDimensions,
    size: level === 1 ? (size ?? 1) : size,
    // Level 1 has no such attribute; what its rules change is made variable later.
    constant: readBoolean(context, element, "constant", unlessLevel3(context, true)),
  };
}

/**
 * Reads a species. `modelFactor` is the conversion factor of the model, for species that have none.
 * @throws ModelError where an attribute is wrong or missing, or both an amount and a concentration are given.
 */
export function readSpecies(context: ReadContext, element: XmlElement, modelFactor: string | null): Species {
  childrenByName(context, element, []);
  const { level } = context;
  checkAttributes(context, element, [
    "compartment",
    "initialAmount",
    "initialConcentration",
    "substanceUnits",
    "spatialSizeUnits",
    "hasOnlySubstanceUnits",
    "boundaryCondition",
    "charge",
    "constant",
    "conversionFactor",
    "speciesType",
  ]);
  const initialAmount = optionalDouble(context, element, "initialAmount");
  const initialConcentration = level === 1 ? null : optionalDouble(context, element, "initialConcentration");
  if (initialAmount !== null && initialConcentration !== null) {
    throw wrong(context, element, "species-initial", "the species has both an initial amount and a concentration.");
  }
  const otherwise = unlessLevel3(context, false);
  return {
    id: partId(context, element),
    name: partName(context, element),
    place: placeOf(context, element),
    compartment: requiredId(context, element, "compartment"),
    initialAmount,
    initialConcentration,
    hasOnlySubstanceUnits: readBoolean(context, element, "hasOnlySubstanceUnits", otherwise),
    boundaryCondition: readBoolean(context, element, "boundaryCondition", otherwise),
    constant: readBoolean(context, element, "constant", otherwise),
    conversionFactor: level < 3 ? null : (optionalId(context, element, "conversionFactor") ?? modelFactor),
  };
}

/**
 * Reads a parameter of the model.
 * @throws ModelError where an attribute is wrong or missing.
 */
export function readParameter(context: ReadContext, element: XmlElement): Parameter {
  childrenByName(context, element, []);
  checkAttributes(context, element, ["value", "constant"]);
  return {
    id: partId(context, element),
    name: partName(context, element),
    place: placeOf(context, element),
    value: optionalDouble(context, element, "value"),
    constant: readBoolean(context, element, "constant", unlessLevel3(context, true)),
  };
}

/**
 * Reads a parameter of one reaction, which is constant; its id is made unique.
 * @throws ModelError where an attribute is wrong or missing.
 */
export function readLocalParameter(context: ReadContext, element: XmlElement, reaction: string): Parameter {
  childrenByName(context, element, []);
  checkAttributes(context, element, ["value", "constant"]);
  return {
    id: `${reaction}.${partId(context, element)}`,
    name: partName(context, element),
    place: placeOf(context, element),
    value: optionalDouble(context, element, "value"),
    constant: true,
  };
}
