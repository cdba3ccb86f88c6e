import crypto from "node:crypto";
import type { Comm, CommOptions, CommTarget, JsonObject } from "../api/kernelApi.js";

/** Publishes a message about a comm. */
export type SendComm = (type: string, content: JsonObject, options: CommOptions) => void;

/** The open comms of a kernel, and the targets under which front ends may open more. */
export interface Comms {
  open(target: string, data: JsonObject, options?: CommOptions): Comm;
  register(name: string, callback: CommTarget): void;
  /** Takes `comm_open`, `comm_msg` or `comm_close` from a front end. */
  receive(type: string, content: JsonObject, buffers: readonly Uint8Array[]): void;
  /** Content of a `comm_info_reply`, for one target or for all. */
  info(target: string | undefined): JsonObject;
}

/** Comms that send by `send`. */
export function createComms(send: SendComm): Comms {
  const targets = new Map<string, CommTarget>();
  const open = new Map<string, Entry>();

  const create = (id: string, target: string): Entry => {
    const messages: Parameters<Comm["onMessage"]>[0][] = [];
    const closes: Parameters<Comm["onClose"]>[0][] = [];
    const comm: Comm = {
      id,
      target,
      send: (data, options = {}) => {
        if (open.has(id)) send("comm_msg", { comm_id: id, data }, options);
      },
      onMessage: (callback) => void messages.push(callback),
      onClose: (callback) => void closes.push(callback),
      close: (data = {}) => {
        if (open.delete(id)) send("comm_close", { comm_id: id, data }, {});
      },
    };
    const entry = { comm, messages, closes };
    open.set(id, entry);
    return entry;
  };
  return {
    open(target, data, options = {}) {
      const { comm } = create(crypto.randomUUID(), target);
      send("comm_open", { comm_id: comm.id, target_name: target, data }, options);
      return comm;
    },
    register: (name, callback) => void targets.set(name, callback),
    receive(type, content, buffers) {
      const id = String(content["comm_id"]);
      const data = (content["data"] ?? {}) as JsonObject;
      if (type === "comm_open") {
        const name = String(content["target_name"]);
        const callback = targets.get(name);
        if (callback === undefined) send("comm_close", { comm_id: id, data: {} }, {});
        else callback(create(id, name).comm, data, buffers);
        return;
      }
      const entry = open.get(id);
      if (entry === undefined) {
        if (type === "comm_msg") send("comm_close", { comm_id: id, data: {} }, {});
        return;
      }
      if (type === "comm_close") open.delete(id);
      for (const callback of type === "comm_close" ? entry.closes : entry.messages) callback(data, buffers);
    },
    info: (target) => ({
      status: "ok",
      comms: Object.fromEntries(
        [...open.values()]
          .filter(({ comm }) => target === undefined || comm.target === target)
          .map(({ comm }) => [comm.id, { target_name: comm.target }]),
      ),
    }),
  };
}

interface Entry {
  readonly comm: Comm;
  readonly messages: readonly Parameters<Comm["onMessage"]>[0][];
  readonly closes: readonly Parameters<Comm["onClose"]>[0][];
}
