import crypto from "node:crypto";
import { KernelError } from "../errors.js";
import type { Message } from "./message.js";

/** Stands between the routing prefix and the signed part of a message. */
const delimiter = Buffer.from("<IDS|MSG>");

/** Turns messages into ZeroMQ frames and back, signed as the connection file asks. */
export interface Codec {
  encode(message: Message): Uint8Array[];
  /**
   * Reads the frames of one message.
   *
   * @throws KernelError if they are none, or its signature is wrong.
   */
  decode(frames: readonly Uint8Array[]): Message;
}

/**
 * A codec for one connection: `[identities..., delimiter, HMAC, header, parent, metadata, content, buffers...]`
 * (Jupyter messaging protocol 5.3, "The Wire Protocol"). The HMAC covers the four JSON frames; an empty key means none.
 */
export function createCodec(key: string, scheme: string): Codec {
  const algorithm = scheme.replace(/^hmac-/, "");
  const sign = (frames: readonly Uint8Array[]): Buffer => {
    if (key === "") return Buffer.alloc(0);
    const hmac = crypto.createHmac(algorithm, key);
    for (const frame of frames) hmac.update(frame);
    return Buffer.from(hmac.digest("hex"));
  };
  return {
    encode({ identities, header, parent, metadata, content, buffers }) {
      const json = [header, parent, metadata, content].map((part) => Buffer.from(JSON.stringify(part)));
      return [...identities, delimiter, sign(json), ...json, ...buffers];
    },
    decode(frames) {
      const at = frames.findIndex((frame) => delimiter.equals(frame));
      const json = frames.slice(at + 2, at + 6);
      const signature = frames[at + 1];
      if (at < 0 || signature === undefined || json.length < 4) {
        throw new KernelError({ what: "a message is damaged", got: `${frames.length} frames without the four parts` });
      }
      const wanted = sign(json);
      if (wanted.length !== signature.length || !crypto.timingSafeEqual(wanted, signature)) {
        throw new KernelError({ what: "a message is signed with another key", fix: "it is not answered" });
      }
      const [header, parent, metadata, content] = json.map(
        (frame) => JSON.parse(Buffer.from(frame).toString()) as never,
      );
      return {
        identities: frames.slice(0, at),
        header: header!,
        parent: parent!,
        metadata: metadata!,
        content: content!,
        buffers: frames.slice(at + 6),
      };
    },
  };
}
