import { randomUUID } from "node:crypto";
import type { Comm } from "../host/host.js";
import type { Json } from "../host/json.js";
import { toWire, type ViewState, type ViewValue } from "./wire.js";

/** The views that browsers have; each is an ES module of `@simgrad/jupyter-views`. */
export type ViewName = "mesh" | "plot" | "field" | "progress" | "control" | "graph" | "dashboard";

/** What a view shows, kept in the kernel: any number of browsers look at it, and a reloaded page finds it as it was. */
export interface Model {
  readonly id: string;
  readonly view: ViewName;
  state(): ViewState;
  /** Changes some values, and tells the browsers. */
  set(changes: ViewState): void;
  /** Calls `changed` after a browser has set the value of `key`. The result ends that. */
  onChange(key: string, changed: (value: ViewValue) => void): () => void;
  /** Calls `receive` with what a browser sends that is no change of a value. */
  onCustom(receive: (content: Json) => void): () => void;
  /** Ties a browser's comm to the model. */
  connect(comm: Comm, options?: { readonly sendState?: boolean }): void;
}

/** Options of `createModel`. */
export interface ModelOptions {
  /** Shortest time between two messages with changes, ms; what changes in between is sent together. */
  readonly every?: number;
}

/** Default of `every`: 30 pictures a second. */
const frame = 33;

/** Makes a model with a first state. */
export function createModel(view: ViewName, initial: ViewState, { every = frame }: ModelOptions = {}): Model {
  const comms = new Set<Comm>();
  const changeListeners = new Map<string, Set<(value: ViewValue) => void>>();
  const customListeners = new Set<(content: Json) => void>();
  let current: ViewState = initial;
  let pending: Record<string, ViewValue> = {};
  let sentAt = -Infinity;
  let timer: NodeJS.Timeout | null = null;

  const sendTo = (targets: Iterable<Comm>, state: ViewState): void => {
    const { buffers, ...message } = toWire(state);
    for (const comm of targets) comm.send({ method: "update", ...message }, { buffers });
  };
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    sentAt = performance.now();
    const changes = pending;
    pending = {};
    sendTo(comms, changes);
  };
  const receive = (from: Comm, data: Json): void => {
    const message = (data ?? {}) as { readonly method?: Json; readonly state?: Json; readonly content?: Json };
    if (message.method === "custom") for (const listener of customListeners) listener(message.content ?? null);
    if (message.method !== "update") return;
    const changes = (message.state ?? {}) as Readonly<Record<string, Json>>;
    const known = Object.fromEntries(Object.entries(changes).filter(([key]) => Object.hasOwn(current, key)));
    current = { ...current, ...known };
    const others = [...comms].filter((comm) => comm !== from);
    if (others.length > 0) sendTo(others, known);
    for (const [key, value] of Object.entries(known)) {
      for (const listener of changeListeners.get(key) ?? []) listener(value);
    }
  };

  return Object.freeze({
    id: randomUUID(),
    view,
    state: () => current,
    set: (changes) => {
      current = { ...current, ...changes };
      if (comms.size === 0) return;
      Object.assign(pending, changes);
      const rest = sentAt + every - performance.now();
      if (rest <= 0) flush();
      else timer ??= setTimeout(flush, rest);
    },
    onChange: (key, changed) => {
      const listeners = changeListeners.get(key) ?? new Set();
      changeListeners.set(key, listeners.add(changed));
      return () => void listeners.delete(changed);
    },
    onCustom: (listener) => {
      customListeners.add(listener);
      return () => void customListeners.delete(listener);
    },
    connect: (comm, { sendState = true } = {}) => {
      comms.add(comm);
      comm.onClose(() => void comms.delete(comm));
      comm.onMessage((data) => receive(comm, data));
      if (sendState) sendTo([comm], current);
    },
  } satisfies Model);
}
