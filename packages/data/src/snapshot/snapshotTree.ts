import type { Tensor, TypedArray } from "@simgrad/core";

/** What a snapshot holds: a tree of tensors, with numbers and words beside them. */
export type SnapshotTree =
  | Tensor
  | TypedArray
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly SnapshotTree[]
  | { readonly [name: string]: SnapshotTree };

/** What a snapshot says of itself. */
export const snapshotFormat = "simgrad-snapshot";

/** Version of the form in which snapshots are written; older ones are read as well. */
export const snapshotVersion = 1;

/** Typed arrays that a snapshot holds, by the names of their classes. */
export const typedArrays: readonly (readonly [string, TypedArrayClass])[] = [
  ["Float64Array", Float64Array],
  ["Float32Array", Float32Array],
  ["Int32Array", Int32Array],
  ["Uint32Array", Uint32Array],
  ["Uint8Array", Uint8Array],
];

/** A class of typed arrays. */
export type TypedArrayClass = new (length: number) => TypedArray;

/** A step of a path in a tree, as one would write it. */
export function step(name: string | number): string {
  if (typeof name === "number") return `[${name}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
