import { SimgradError, type ErrorParts } from "../../util/errors.js";

/** A promise of the plugin contract that a simulator does not keep. */
export class PluginSuiteFailure extends SimgradError {
  constructor(parts: ErrorParts) {
    super("PLUGIN_SUITE", parts);
  }
}
