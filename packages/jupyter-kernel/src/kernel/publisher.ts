import { StringDecoder } from "node:string_decoder";
import type { Buffers, JsonObject } from "../api/kernelApi.js";
import type { ToSockets } from "../io/link.js";
import type { Message } from "../wire/message.js";

/** Sends outputs through the thread of the sockets. */
export interface Publisher {
  /** The request that outputs belong to: the last cell, also for what its callbacks do after its end. */
  parent: Message["parent"];
  publish(
    type: string,
    content: JsonObject,
    options?: { readonly metadata?: JsonObject; readonly buffers?: Buffers; readonly parent?: Message["parent"] },
  ): void;
}

/** A publisher that hands its messages to `post`. */
export function createPublisher(post: (message: ToSockets, transfer: ArrayBuffer[]) => void): Publisher {
  const publisher: Publisher = {
    parent: {},
    publish: (type, content, { metadata = {}, buffers = [], parent = publisher.parent } = {}) => {
      const copies = buffers.map(copyOf);
      post(
        { kind: "publish", type, parent, content, metadata, buffers: copies },
        copies.map(({ buffer }) => buffer),
      );
    },
  };
  return publisher;
}

/** Makes what is written to `process.stdout` and `process.stderr` outputs of the running cell. */
export function captureStreams(publisher: Publisher): void {
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new StringDecoder("utf8");
    const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const text = typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk));
      if (text !== "") publisher.publish("stream", { name, text });
      const done = rest.find((argument) => typeof argument === "function") as ((error: null) => void) | undefined;
      if (done !== undefined) process.nextTick(done, null);
      return true;
    };
    process[name].write = write as typeof process.stdout.write;
  }
}

/** The sender may go on writing to its array, and the copy moves to the other thread without a second one. */
function copyOf(data: Buffers[number]): Uint8Array<ArrayBuffer> {
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return new Uint8Array(bytes);
}
