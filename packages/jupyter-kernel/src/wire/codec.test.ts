import { describe, expect, it } from "@jest/globals";
import { createCodec } from "./codec.js";
import type { Message } from "./message.js";

const message: Message = {
  identities: [Buffer.from("someone")],
  header: {
    msg_id: "1",
    msg_type: "comm_msg",
    session: "s",
    username: "u",
    date: "2020-01-01T00:00:00Z",
    version: "5.3",
  },
  parent: {},
  metadata: { a: 1 },
  content: { text: "naïve 🙂" },
  buffers: [new Uint8Array([0, 255, 7])],
};

describe("codec", () => {
  it("decodes what it has encoded, buffers included", () => {
    const codec = createCodec("key", "hmac-sha256");
    const decoded = codec.decode(codec.encode(message));
    expect({
      ...decoded,
      identities: decoded.identities.map(String),
      buffers: decoded.buffers.map((one) => [...one]),
    }).toEqual({
      ...message,
      identities: ["someone"],
      buffers: [[0, 255, 7]],
    });
  });

  it("refuses what is signed with another key", () => {
    const frames = createCodec("key", "hmac-sha256").encode(message);
    expect(() => createCodec("other", "hmac-sha256").decode(frames)).toThrow("signed with another key");
  });

  it("refuses a content that was changed on its way", () => {
    const codec = createCodec("key", "hmac-sha256");
    const frames = codec.encode(message);
    frames[6] = Buffer.from(JSON.stringify({ text: "another" }));
    expect(() => codec.decode(frames)).toThrow("signed with another key");
  });

  it("refuses frames without the delimiter", () => {
    expect(() => createCodec("key", "hmac-sha256").decode([Buffer.from("a"), Buffer.from("b")])).toThrow("damaged");
  });

  it("signs nothing with an empty key", () => {
    const codec = createCodec("", "hmac-sha256");
    expect(codec.decode(codec.encode(message)).content).toEqual(message.content);
  });
});
