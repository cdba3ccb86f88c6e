export { createPlugin, type CreatedPlugin, type CreatePluginOptions } from "./createPlugin.js";
export { CreatePluginError, type CreatePluginErrorParts } from "./errors.js";
