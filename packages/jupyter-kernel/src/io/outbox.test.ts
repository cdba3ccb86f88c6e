import { describe, expect, it } from "@jest/globals";
import { createOutbox } from "./outbox.js";
import type { Outbox, Publication } from "./outbox.js";

const publication = (type: string, content: Publication["content"], cell = "1"): Publication => ({
  ...{ kind: "publish", type, content, metadata: {}, buffers: [] },
  parent: { msg_id: cell } as Publication["parent"],
});
const text = (value: string, name = "stdout", cell = "1"): Publication =>
  publication("stream", { name, text: value }, cell);
const update = (id: string, value: number): Publication =>
  publication("update_display_data", { data: { value }, transient: { display_id: id } });

interface Rig {
  readonly outbox: Outbox;
  readonly sent: Publication[];
  pass(milliseconds: number): void;
}

function rig(): Rig {
  const sent: Publication[] = [];
  const alarms: { at: number; ring(): void }[] = [];
  let now = 0;
  const outbox = createOutbox(
    (message) => sent.push(message),
    () => now,
    (ring, delay) => alarms.push({ at: now + delay, ring }),
  );
  const pass = (milliseconds: number): void => {
    now += milliseconds;
    for (const alarm of alarms.splice(0)) {
      if (alarm.at <= now) alarm.ring();
      else alarms.push(alarm);
    }
  };
  return { outbox, sent, pass };
}

describe("outbox", () => {
  it("sends the first text at once and merges the following", () => {
    const { outbox, sent, pass } = rig();
    for (const letter of "abcd") outbox.add(text(letter));
    expect(sent.map(({ content }) => content["text"])).toEqual(["a"]);
    pass(25);
    expect(sent.map(({ content }) => content["text"])).toEqual(["a", "bcd"]);
  });

  it("keeps the order of two streams, and of cells", () => {
    const { outbox, sent } = rig();
    outbox.add(text("a"));
    outbox.add(text("b"));
    outbox.add(text("c", "stderr"));
    outbox.add(text("d"));
    outbox.add(text("e", "stdout", "2"));
    outbox.flush();
    expect(sent.map(({ content }) => content["text"])).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("sends what waits before a message that is not merged", () => {
    const { outbox, sent } = rig();
    outbox.add(text("a"));
    outbox.add(text("b"));
    outbox.add(publication("status", { execution_state: "idle" }));
    expect(sent.map(({ type }) => type)).toEqual(["stream", "stream", "status"]);
  });

  it("sends the last of many updates of one output, and those of another", () => {
    const { outbox, sent, pass } = rig();
    for (let value = 0; value < 100; value++) {
      outbox.add(update("x", value));
      outbox.add(update("y", -value));
    }
    pass(25);
    expect(sent.map(({ content }) => (content["data"] as { value: number }).value)).toEqual([0, -99, 99]);
  });

  it("lets text pass updates, since these have no place in the order", () => {
    const { outbox, sent, pass } = rig();
    outbox.add(text("a"));
    for (let value = 0; value < 10; value++) {
      outbox.add(text(String(value)));
      outbox.add(update("x", value));
    }
    pass(25);
    expect(sent).toHaveLength(3);
    expect(sent[1]!.content["text"]).toBe("0123456789");
  });

  it("cuts long texts", () => {
    const { outbox, sent } = rig();
    outbox.add(text("a"));
    for (let part = 0; part < 20; part++) outbox.add(text("b".repeat(10_000)));
    outbox.flush();
    expect(sent.length).toBeGreaterThan(2);
    expect(sent.map(({ content }) => content["text"]).join("")).toHaveLength(200_001);
  });
});
