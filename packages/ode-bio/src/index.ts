export type { Expression, Logical, NumericOperator, Operator, Relation, Trigonometric } from "./math/expression.js";
export type {
  Compartment,
  InitialAssignment,
  Model,
  ModelEvent,
  ModelWarning,
  Parameter,
  Part,
  Place,
  Reaction,
  Rule,
  Species,
  SpeciesReference,
} from "./model/model.js";
export { ModelError, UnsupportedModelError } from "./model/modelError.js";
export { readSbml, type ReadSbmlOptions } from "./sbml/readSbml.js";
export { maximumXmlDepth, maximumXmlLength, parseXml, type ParseXmlOptions, type XmlElement } from "./sbml/xml.js";
export { validateModel, type ValidateModelOptions } from "./model/validateModel.js";
export { childrenOf, mapChildren, referencesOf, type References } from "./math/walk.js";
export { formatSbml } from "./sbml/formatSbml.js";
