import { allocate, dtypes, type DType, type TypedArray } from "../../../util/dtype.js";
import { concrete, concreteData, isTensor, type Tensor } from "../../../trace/tensor.js";

/** What a checkpoint can hold: plain values, float64 vectors, tensors, and lists and records of these. */
export type Storable =
  | null
  | undefined
  | boolean
  | number
  | string
  | Float64Array
  | Tensor
  | readonly Storable[]
  | { readonly [name: string]: Storable };

/** First word of a checkpoint. */
const mark = "simgrad-checkpoint";
const version = 1;

/**
 * A value as text: a head with version, length and checksum, then JSON. Elements of arrays are the bytes of their numbers in
 * base64 (little-endian), so that they come back to the same bits.
 */
export function encode(value: Storable): string {
  const body = JSON.stringify(toJson(value));
  return `${mark} ${version} ${body.length} ${checksum(body)}\n${body}\n`;
}

/**
 * The value that was encoded.
 *
 * @returns a value, or what is wrong with the text
 */
export function decode(
  text: string,
): { readonly value: Storable; readonly problem: null } | { readonly value: null; readonly problem: string } {
  const failed = (problem: string): { readonly value: null; readonly problem: string } => ({ value: null, problem });
  const end = text.indexOf("\n");
  const [word, number, length, sum] = text.slice(0, Math.max(0, end)).split(" ");
  if (word !== mark) return failed("it does not begin as a checkpoint does");
  if (number !== String(version)) return failed(`it is of version ${number ?? "?"}, and this is version ${version}`);
  const body = text.slice(end + 1, -1);
  if (String(body.length) !== length) return failed(`it holds ${body.length} characters instead of ${length ?? "?"}`);
  if (checksum(body) !== sum) return failed("its checksum does not agree with its contents");
  return { value: fromJson(JSON.parse(body) as Json), problem: null };
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

function toJson(value: Storable): Json {
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number") {
    // JSON writes the shortest decimal that reads back to the same number, but has no -0, NaN and infinities.
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $: "number", bytes: base64(Float64Array.of(value)) };
  }
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Float64Array) return { $: "float64", bytes: base64(value) };
  if (isTensor(value)) {
    return { $: "tensor", dtype: value.dtype, shape: value.shape, bytes: base64(concreteData(value, "a checkpoint")) };
  }
  if (Array.isArray(value)) return value.map(toJson);
  const entries = Object.entries(value as { readonly [name: string]: Storable });
  return { $: "record", entries: Object.fromEntries(entries.map(([name, entry]) => [name, toJson(entry)])) };
}

function fromJson(json: Json): Storable {
  if (json === null || typeof json !== "object") return json;
  if (Array.isArray(json)) return (json as readonly Json[]).map(fromJson);
  const record = json as { readonly [name: string]: Json };
  const bytes = record["bytes"] as string;
  switch (record["$"]) {
    case "undefined":
      return undefined;
    case "number":
      return (numbers("float64", bytes) as Float64Array)[0] as number;
    case "float64":
      return numbers("float64", bytes) as Float64Array;
    case "tensor": {
      const dtype = dtypes.find((known) => known === record["dtype"]) ?? "float64";
      return concrete(dtype, record["shape"] as readonly number[], numbers(dtype, bytes));
    }
    default: {
      const entries = Object.entries(record["entries"] as { readonly [name: string]: Json });
      return Object.fromEntries(entries.map(([name, entry]) => [name, fromJson(entry)]));
    }
  }
}

function base64(data: TypedArray): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let text = "";
  // In pieces, because a call takes a limited number of arguments.
  for (let i = 0; i < bytes.length; i += 0x2000) text += String.fromCharCode(...bytes.subarray(i, i + 0x2000));
  return btoa(text);
}

function numbers(dtype: DType, text: string): TypedArray {
  const raw = atob(text);
  const data = allocate(dtype, raw.length / allocate(dtype, 1).byteLength);
  const bytes = new Uint8Array(data.buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = raw.charCodeAt(i);
  return data;
}

/** FNV-1a of 32 bits over the characters (G. Fowler, L. C. Noll, K.-P. Vo; draft-eastlake-fnv), in hexadecimal. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
