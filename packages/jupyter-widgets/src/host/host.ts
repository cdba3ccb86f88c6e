/** One output in the MIME types it is offered in; a front end shows the richest that it knows. */
export interface Bundle {
  /** Static picture: survives in a saved notebook and on a code host. */
  readonly "image/svg+xml"?: string;
  readonly "text/html"?: string;
  readonly "text/markdown"?: string;
  /** Always there: what a reader without pictures gets. */
  readonly "text/plain": string;
}

/**
 * The place where display code runs. Display functions know this interface alone, never a kernel, so that the same
 * notebook runs in stock tslab, in a kernel of our own and in a plain Node process. Live views (comms, messages, input)
 * are further members that join it when a kernel can carry them.
 */
export interface Host {
  readonly name: string;
  /** Appends one output. */
  display(bundle: Bundle): void;
  /** Opens an output whose content can be replaced: each call of the result replaces it. Absent where outputs only grow. */
  replaceable?(): (bundle: Bundle) => void;
}
