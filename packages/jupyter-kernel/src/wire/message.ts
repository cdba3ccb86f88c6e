import type { JsonObject } from "../api/kernelApi.js";

/** Header of a message of the Jupyter protocol 5.3. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A message as it stands between the frames of ZeroMQ. */
export interface Message {
  /** Routing prefix: whom a ROUTER socket answers, or the topic on iopub. */
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  readonly parent: Header | Record<string, never>;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Uint8Array[];
}
