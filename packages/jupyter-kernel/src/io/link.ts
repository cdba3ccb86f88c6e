import type { MessagePort } from "node:worker_threads";
import type { JsonObject } from "../api/kernelApi.js";
import type { Connection } from "../wire/connection.js";
import type { Header, Message } from "../wire/message.js";

/** Where a request came from, and so where its reply goes. */
export type Channel = "shell" | "control" | "stdin";

/** What the thread of the sockets hands to the thread of the cells. */
export type ToCells =
  | { readonly kind: "request"; readonly channel: Channel; readonly message: Message }
  /** The reader wants the running cell to stop; `id` counts such wishes. */
  | { readonly kind: "interrupt"; readonly id: number }
  | { readonly kind: "shutdown" };

/** What the thread of the cells hands to the thread of the sockets. */
export type ToSockets =
  | {
      readonly kind: "publish";
      readonly type: string;
      readonly parent: Message["parent"];
      readonly content: JsonObject;
      readonly metadata: JsonObject;
      readonly buffers: readonly Uint8Array[];
    }
  | {
      readonly kind: "send";
      readonly channel: Channel;
      readonly type: string;
      readonly to: readonly Uint8Array[];
      readonly parent: Header;
      readonly content: JsonObject;
    };

/** What the thread of the sockets starts with. */
export interface SocketsSetup {
  readonly connection: Connection;
  readonly session: string;
  /** An `InterruptState`. */
  readonly interrupts: SharedArrayBuffer;
  /** The other end of the thread of the cells. */
  readonly port: MessagePort;
}
