import type { ToSockets } from "./link.js";

/** A message for all front ends. */
export type Publication = Extract<ToSockets, { kind: "publish" }>;

/** Sends what is to be published, in order, merging what comes faster than a front end can take. */
export interface Outbox {
  add(message: Publication): void;
  flush(): void;
}

/**
 * Milliseconds between two deliveries. A Jupyter server drops what goes beyond 1000 messages a second
 * (`iopub_msg_rate_limit`); text of one stream, and updates of one output, are therefore merged within this time.
 */
const interval = 25;

/** Longest text of one stream message, in characters: long texts are cut, so that none has to wait for the end. */
const longestText = 1 << 16;

const mergeable = new Set(["stream", "update_display_data"]);

/** An outbox on `send`. `now` and `later` are the clock, which tests replace. */
export function createOutbox(
  send: (message: Publication) => void,
  now: () => number = () => performance.now(),
  later: (callback: () => void, delay: number) => void = (callback, delay) => void setTimeout(callback, delay),
): Outbox {
  let waiting: Publication[] = [];
  let sentAt = -Infinity;
  let timed = false;

  const flush = (): void => {
    const due = waiting;
    waiting = [];
    if (due.length > 0) sentAt = now();
    for (const message of due) send(message);
  };
  return {
    flush,
    add(message) {
      if (!mergeable.has(message.type)) {
        flush();
        send(message);
        return;
      }
      if (!merge(waiting, message)) waiting.push(message);
      const rest = sentAt + interval - now();
      if (rest <= 0) flush();
      else if (!timed) {
        timed = true;
        later(() => {
          timed = false;
          flush();
        }, rest);
      }
    },
  };
}

/** Puts `message` into one that waits, if that changes nothing for a reader but the number of messages. */
function merge(waiting: Publication[], message: Publication): boolean {
  const same = ({ type, parent }: Publication): boolean =>
    type === message.type && parent.msg_id === message.parent.msg_id;
  if (message.type === "stream") {
    // Updates replace outputs where these stand, so a text may pass them; text of the other stream it may not.
    const at = waiting.map(({ type }) => type).lastIndexOf("stream");
    const last = waiting[at];
    if (last === undefined || !same(last) || last.content["name"] !== message.content["name"]) return false;
    const text = String(last.content["text"]) + String(message.content["text"]);
    if (text.length > longestText) return false;
    waiting[at] = { ...last, content: { ...last.content, text } };
    return true;
  }
  const id = displayId(message);
  const at = waiting.findIndex((other) => same(other) && displayId(other) === id);
  if (at < 0) return false;
  waiting[at] = message;
  return true;
}

function displayId({ content }: Publication): unknown {
  return (content["transient"] as { readonly display_id?: unknown } | undefined)?.display_id;
}
