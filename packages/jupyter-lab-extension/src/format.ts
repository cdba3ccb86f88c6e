/** MIME type of an output that is a live view. */
export const viewMimeType = "application/vnd.simgrad.view+json";

/** Comm target by which a page asks the kernel for a model. */
export const viewTarget = "simgrad.view";

/** Comm target by which the kernel asks whether this extension is there. */
export const helloTarget = "simgrad.hello";

/** The content of such an output, as the kernel's package `@simgrad/jupyter-widgets` writes it. */
export interface ViewOutput {
  readonly version: 1;
  /** Name of the model in the kernel. */
  readonly id: string;
  /** Name of the view's module. */
  readonly view: string;
  /** The sentence that stands for the view. */
  readonly alt: string;
  /** The state as it was when the output was written; null where it is too large for a saved notebook. */
  readonly state: { readonly [key: string]: unknown } | null;
}

/** Turns `{ float32: base64 }` and `{ uint32: base64 }` of a saved state back into binary values, at any depth. */
export function decodeState(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeState);
  // The parts of a dashboard come through here twice.
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const { float32, uint32 } = value as { readonly float32?: unknown; readonly uint32?: unknown };
  const text = float32 ?? uint32;
  if (typeof text === "string")
    return new DataView(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, decodeState(entry)]));
}
