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
