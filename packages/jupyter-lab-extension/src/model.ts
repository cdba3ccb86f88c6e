import type { Kernel } from "@jupyterlab/services";
import { viewTarget } from "./format.js";

/** The page's copy of a model: what anywidget calls the model of a front-end module. */
export class PageModel {
  readonly #values = new Map<string, unknown>();
  readonly #listeners = new Map<string, Set<(...args: unknown[]) => void>>();
  readonly #changed = new Set<string>();
  #comm: Kernel.IComm | null = null;

  /** Puts values of the kernel, or of a saved output, in. */
  receive(state: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(state)) this.#values.set(key, value);
    for (const key of Object.keys(state)) this.#emit(`change:${key}`);
  }

  /** Ties the model to the kernel's: from now on changes go both ways. `closed` is called when the kernel does not know it. */
  connect(
    kernel: Kernel.IKernelConnection,
    id: string,
    { opened, closed }: { opened: () => void; closed: () => void },
  ): void {
    const comm = kernel.createComm(viewTarget);
    let known = false;
    comm.onMsg = ({ content, buffers }) => {
      const message = content.data as unknown as {
        readonly method: string;
        readonly state?: Record<string, unknown>;
        readonly buffer_paths?: readonly (readonly (string | number)[])[];
        readonly content?: unknown;
      };
      if (message.method === "custom") this.#emit("msg:custom", message.content, buffers);
      if (message.method !== "update" || message.state === undefined) return;
      (message.buffer_paths ?? []).forEach((path, i) => put(message.state, path, buffers?.[i]));
      this.receive(message.state);
      if (!known) opened();
      known = true;
    };
    comm.onClose = () => {
      this.#comm = null;
      closed();
    };
    comm.open({ id });
    this.#comm = comm;
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  set(key: string, value: unknown): void {
    this.#values.set(key, value);
    this.#changed.add(key);
    this.#emit(`change:${key}`);
  }

  save_changes(): void {
    // A kernel that was restarted has none of its comms any more.
    if (this.#comm?.isDisposed === true) this.#comm = null;
    const state = Object.fromEntries([...this.#changed].map((key) => [key, this.#values.get(key)]));
    this.#changed.clear();
    void this.#comm?.send({ method: "update", state, buffer_paths: [] } as never);
  }

  send(content: unknown): void {
    void this.#comm?.send({ method: "custom", content } as never);
  }

  on(event: string, listener: (...args: unknown[]) => void): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  off(event: string, listener: (...args: unknown[]) => void): void {
    this.#listeners.get(event)?.delete(listener);
  }

  dispose(): void {
    this.#listeners.clear();
    const comm = this.#comm;
    this.#comm = null;
    if (comm !== null && !comm.isDisposed) void comm.close();
  }

  #emit(event: string, ...args: readonly unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args);
  }
}

/** Puts a binary value at its place in a state, in memory of its own, where numbers begin at a multiple of four. */
function put(state: unknown, path: readonly (string | number)[], value: unknown): void {
  let at = state as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path[path.length - 1] as string] = ArrayBuffer.isView(value)
    ? new DataView(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength))
    : new DataView(value as ArrayBuffer);
}
