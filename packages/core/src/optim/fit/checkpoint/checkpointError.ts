import { SimgradError, type ErrorParts } from "../../../util/errors.js";

/** A checkpoint that cannot be written or read. The older one, where there is one, is kept. */
export class CheckpointError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("CHECKPOINT", parts);
  }
}
