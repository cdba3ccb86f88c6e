import type { Json } from "./json.js";

/** One output in the MIME types it is offered in; a front end shows the richest that it knows. */
export interface Bundle {
  /** A live view: what the JupyterLab extension of simgrad draws. */
  readonly "application/vnd.simgrad.view+json"?: Json;
  /** The same view for front ends with anywidget. */
  readonly "application/vnd.jupyter.widget-view+json"?: Json;
  /** Static picture: survives in a saved notebook and on a code host. */
  readonly "image/svg+xml"?: string;
  readonly "text/html"?: string;
  readonly "text/markdown"?: string;
  /** Always there: what a reader without pictures gets. */
  readonly "text/plain": string;
}

/** Which output a bundle is. */
export interface DisplayOptions {
  /** Name of the output, by which it can be replaced. */
  readonly id?: string;
  /** Replaces the output of this `id`; default false, a new output. */
  readonly update?: boolean;
}

/** What goes along with the data of a comm message. */
export interface CommExtras {
  readonly metadata?: Json;
  readonly buffers?: readonly Uint8Array[];
}

/** One open connection between the kernel and a front end. */
export interface Comm {
  readonly id: string;
  send(data: Json, extras?: CommExtras): void;
  onMessage(receive: (data: Json, buffers: readonly Uint8Array[]) => void): void;
  close(): void;
  onClose(closed: () => void): void;
}

/** The kernel's side of comms (Jupyter messaging protocol 5.4, "Custom messages"). */
export interface Comms {
  /** Opens a comm to the front end. */
  open(target: string, data: Json, extras?: CommExtras): Comm;
  /** Says what happens when a front end opens a comm to `target`. */
  onOpen(target: string, opened: (comm: Comm, data: Json) => void): void;
}

/**
 * The place where display code runs. Display functions know this interface alone, never a kernel, so that the same
 * notebook runs in stock tslab, in a kernel of our own and in a plain Node process. What a place cannot do is absent.
 */
export interface Host {
  readonly name: string;
  /** Appends one output, or replaces one where the host can. */
  display(bundle: Bundle, options?: DisplayOptions): void;
  /** Opens an output whose content can be replaced: each call of the result replaces it. Absent where outputs only grow. */
  replaceable?(): (bundle: Bundle) => void;
  /** Live views, where the kernel carries comms. */
  readonly comms?: Comms;
  /** Asks the person at the notebook for a line of text. */
  input?(prompt: string, options?: { readonly password?: boolean }): Promise<string>;
}
