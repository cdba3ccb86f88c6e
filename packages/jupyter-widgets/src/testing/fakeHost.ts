import type { Bundle, Comm, Comms, Host } from "../host/host.js";
import type { Json } from "../host/json.js";

/** A message that the kernel has sent over a comm. */
export interface SentMessage {
  readonly data: { readonly [key: string]: Json };
  readonly buffers: readonly Uint8Array[];
}

/** The page's end of a comm. */
export interface PageComm {
  readonly target: string;
  readonly opened: SentMessage;
  readonly received: SentMessage[];
  isClosed(): boolean;
  send(data: Json, buffers?: readonly Uint8Array[]): void;
  close(): void;
}

/** One output of the page. */
export interface PageOutput {
  readonly id: string | undefined;
  bundle: Bundle;
}

/** A host for tests with comms, and what a page would have of it. */
export interface FakeHost {
  readonly host: Host;
  readonly outputs: readonly PageOutput[];
  /** Comms that the kernel has opened. */
  readonly opened: readonly PageComm[];
  /** Opens a comm to the kernel, as a page does; closed at once if the kernel has no such target. */
  open(target: string, data: Json): PageComm;
}

/** Makes such a host. */
export function fakeHost(): FakeHost {
  const outputs: PageOutput[] = [];
  const opened: PageComm[] = [];
  const targets = new Map<string, (comm: Comm, data: Json) => void>();
  const comms: Comms = {
    open: (target, data, extras) => {
      const [comm, page] = pair(`c${opened.length}`, target, {
        data: data as SentMessage["data"],
        buffers: extras?.buffers ?? [],
      });
      opened.push(page);
      return comm;
    },
    onOpen: (target, callback) => void targets.set(target, callback),
  };
  const display: Host["display"] = (bundle, { id, update = false } = {}) => {
    const known = update ? outputs.find((output) => output.id === id) : undefined;
    if (known === undefined) outputs.push({ id, bundle });
    else known.bundle = bundle;
  };
  return {
    host: { name: "fake", display, comms },
    outputs,
    opened,
    open: (target, data) => {
      const [comm, page] = pair("page", target, { data: data as SentMessage["data"], buffers: [] });
      const callback = targets.get(target);
      if (callback === undefined) comm.close();
      else callback(comm, data);
      return page;
    },
  };
}

function pair(id: string, target: string, first: SentMessage): readonly [Comm, PageComm] {
  const received: SentMessage[] = [];
  const onMessage: ((data: Json, buffers: readonly Uint8Array[]) => void)[] = [];
  const onClose: (() => void)[] = [];
  let closed = false;
  const comm: Comm = {
    id,
    // A kernel copies what it sends.
    send: (data, extras) =>
      void received.push({
        data: data as SentMessage["data"],
        buffers: (extras?.buffers ?? []).map((bytes) => bytes.slice()),
      }),
    onMessage: (callback) => void onMessage.push(callback),
    onClose: (callback) => void onClose.push(callback),
    close: () => {
      closed = true;
    },
  };
  const page: PageComm = {
    target,
    opened: first,
    received,
    isClosed: () => closed,
    send: (data, buffers = []) => onMessage.forEach((callback) => callback(data, buffers)),
    close: () => {
      closed = true;
      onClose.forEach((callback) => callback());
    },
  };
  return [comm, page];
}

/** The state that a page has after the messages of a comm: typed arrays are lists of numbers. */
export function stateOf({ received }: PageComm): Readonly<Record<string, unknown>> {
  const state: Record<string, unknown> = {};
  for (const { data, buffers } of received) {
    Object.assign(state, data["state"]);
    (data["buffer_paths"] as readonly (readonly string[])[]).forEach(([key], i) => {
      const bytes = buffers[i] as Uint8Array;
      state[key as string] = Array.from(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4));
    });
  }
  return state;
}

/** The live view in an output. */
export function viewOf(output: PageOutput | undefined): {
  readonly id: string;
  readonly view: string;
  readonly state: Json;
} {
  return output?.bundle["application/vnd.simgrad.view+json"] as never;
}
