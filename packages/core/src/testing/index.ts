/** What tests of simulations and plugins need; exported as `@simgrad/core/testing`. */
export { checkGrads, type CheckGradsOptions } from "./checkGrads.js";
export { GradientMismatch } from "./finiteDifferences.js";
export {
  pluginSuite,
  PluginSuiteFailure,
  type BadParams,
  type ParamsOf,
  type PluginCase,
  type PluginSuiteOptions,
  type SimulatorCase,
  type TestFunction,
} from "./pluginSuite.js";
