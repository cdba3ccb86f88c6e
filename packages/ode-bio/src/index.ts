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
export { avogadro, compileExpression, type Names } from "./math/compileExpression.js";
export type { Value } from "./math/value.js";
export type { InterventionOptions, InterventionValues } from "./events/intervention.js";
export { sbmlModel, type OdeModel } from "./simulate/sbmlModel.js";
export type { IntegrationOptions } from "./simulate/options.js";
export type { OdeResult, OdeSimulator, SimulatorOptions } from "./simulate/simulator.js";
export type { ModelNumbers, OdeParams } from "./simulate/params.js";
export type { SteadyState, SteadyStateOptions, SteadyStateResult } from "./simulate/steadyState.js";
export type { Tunable, TunableOptions } from "./simulate/tunable.js";
export {
  hill,
  massAction,
  michaelisMenten,
  type Constant,
  type RateLaw,
  type Side,
} from "./reactionNetwork/rateLaws.js";
export {
  reactionNetwork,
  type Formula,
  type NetworkOptions,
  type NetworkReaction,
  type NetworkSpecies,
} from "./reactionNetwork/reactionNetwork.js";
export {
  networkSimulator,
  networkUnits,
  type NetworkSimulatorOptions,
  type NetworkState,
} from "./simulate/networkSimulator.js";
export type { EventPoint } from "./events/settle.js";
export type { HeldState, Waiting } from "./events/eventState.js";
export type { InterventionState } from "./events/intervention.js";
export { odeBioPlugin, type OdeBioSimulators } from "./plugin.js";
export { largeNetwork, type LargeNetworkOptions } from "./models/largeNetwork.js";
export { exampleModels, type ExampleModels } from "./models/exampleModels.js";
