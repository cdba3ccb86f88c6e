import type { Json } from "../host/json.js";

/** What a view shows, by name; numbers in bulk are typed arrays, which travel as binary buffers. */
export type ViewState = Readonly<Record<string, ViewValue>>;

/** One value of a view's state. */
export type ViewValue =
  | null
  | boolean
  | number
  | string
  | Float32Array
  | Uint32Array
  | readonly ViewValue[]
  | { readonly [key: string]: ViewValue };

/** A state as a message carries it: JSON, and beside it the typed arrays with their places. */
export interface WireState {
  readonly state: { readonly [key: string]: Json };
  readonly buffer_paths: readonly (readonly (string | number)[])[];
  readonly buffers: readonly Uint8Array[];
}

/** Takes the typed arrays out of a state. In the JSON stand `null` at places of lists, nothing at keys, as Jupyter's widgets do it. */
export function toWire(state: ViewState): WireState {
  const paths: (readonly (string | number)[])[] = [];
  const buffers: Uint8Array[] = [];
  const strip = (value: ViewValue, path: readonly (string | number)[]): Json | undefined => {
    if (isTyped(value)) {
      paths.push(path);
      buffers.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      return undefined;
    }
    if (Array.isArray(value)) return value.map((entry: ViewValue, i) => strip(entry, [...path, i]) ?? null);
    if (typeof value !== "object" || value === null) return value as Json;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, entry]) => {
        const json = strip(entry, [...path, key]);
        return json === undefined ? [] : [[key, json]];
      }),
    );
  };
  return { state: strip(state, []) as WireState["state"], buffer_paths: paths, buffers };
}

/**
 * The state as JSON alone, for the saved notebook: a typed array becomes `{ float32: base64 }` or `{ uint32: base64 }`.
 * Null if the arrays have more than `limit` bytes.
 */
export function toSnapshot(state: ViewState, limit: number): { readonly [key: string]: Json } | null {
  let bytes = 0;
  const encode = (value: ViewValue): Json => {
    if (isTyped(value)) {
      bytes += value.byteLength;
      if (bytes > limit) return null;
      const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
      return value instanceof Float32Array ? { float32: text } : { uint32: text };
    }
    if (Array.isArray(value)) return value.map(encode);
    if (typeof value !== "object" || value === null) return value as Json;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, encode(entry)]));
  };
  const snapshot = encode(state) as { readonly [key: string]: Json };
  return bytes > limit ? null : snapshot;
}

/** Bytes of the typed arrays of a state; those that lie deep inside of it are small. */
export function stateBytes(state: ViewState): number {
  return Object.values(state).reduce<number>((sum, value) => sum + (isTyped(value) ? value.byteLength : 0), 0);
}

function isTyped(value: ViewValue): value is Float32Array | Uint32Array {
  return ArrayBuffer.isView(value);
}
