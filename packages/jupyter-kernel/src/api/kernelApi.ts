/** Property of `globalThis` under which a cell, or a package that a cell has loaded, finds the running kernel. */
export const kernelSymbol: unique symbol = Symbol.for("simgrad.jupyter.kernel") as never;

/** JSON data, as messages carry it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** An object of JSON data. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** One output in the MIME types that it is offered in: text, JSON for JSON types, base64 for binary ones. */
export type MimeBundle = JsonObject;

/** Binary data beside a message. What is sent is copied first, so the sender may go on writing to its array. */
export type Buffers = readonly (ArrayBufferView | ArrayBuffer)[];

/** Where an output goes, and what a front end is told about it. */
export interface DisplayOptions {
  /** Names the output, so that a later call with `update: true` replaces it wherever it is shown. */
  readonly id?: string;
  /**
   * Replaces the output named `id` instead of adding one. Updates of one id that come faster than a front end can draw
   * are merged: the last one always arrives.
   */
  readonly update?: boolean;
  readonly metadata?: JsonObject;
}

/** What a comm message carries beside its data. */
export interface CommOptions {
  readonly metadata?: JsonObject;
  readonly buffers?: Buffers;
}

/** A channel between the kernel and a view in the front end. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  /** Sends `data` to the other end. After `close` it does nothing. */
  send(data: JsonObject, options?: CommOptions): void;
  /** Calls `callback` with each message from the front end. */
  onMessage(callback: (data: JsonObject, buffers: readonly Uint8Array[]) => void): void;
  /** Closes the channel on both sides. */
  close(data?: JsonObject): void;
  /** Calls `callback` once when the front end has closed the channel. */
  onClose(callback: (data: JsonObject) => void): void;
}

/** Called with a channel that the front end has opened, and the data that it was opened with. */
export type CommTarget = (comm: Comm, data: JsonObject, buffers: readonly Uint8Array[]) => void;

/** What the kernel offers to the code in cells and to the packages that cells load. */
export interface KernelApi {
  /** Adds an output below the running cell, or replaces one. */
  display(bundle: MimeBundle, options?: DisplayOptions): void;
  /** Opens a channel to the front end. */
  openComm(target: string, data: JsonObject, options?: CommOptions): Comm;
  /** Accepts channels that the front end opens under `name`. A channel of an unknown name is closed at once. */
  registerCommTarget(name: string, callback: CommTarget): void;
  /**
   * Asks the reader of the notebook for a line of text.
   *
   * @throws KernelError where nobody can answer, as in `nbconvert --execute`.
   */
  input(prompt: string, options?: { readonly password?: boolean }): Promise<string>;
  /** Delivers the messages that have come from the front end, so that a synchronous loop can hear a slider. */
  poll(): void;
}

/** The kernel that this process is, or null outside of one. */
export function currentKernel(): KernelApi | null {
  return (globalThis as { readonly [kernelSymbol]?: KernelApi })[kernelSymbol] ?? null;
}
