import { ArgumentError, isTensor, type Tensor, type TypedArray } from "@simgrad/core";
import { define, elementsOf } from "../tensors.js";
import { snapshotFormat, snapshotVersion, step, typedArrays } from "./snapshotTree.js";

/**
 * Writes a tree as JSON: a snapshot that `parseSnapshot` reads back to the same bits, dtypes and shapes. Trees are nested plain
 * objects and arrays; at their ends stand tensors, typed arrays, numbers, booleans, strings, null or undefined.
 *
 * @throws ArgumentError if something else stands in the tree, which its path names; TracedValueError inside a traced function.
 * @example
 * formatSnapshot({ speed: np.linspace(0.9, 1, 1000), step: 20 });
 */
export function formatSnapshot(tree: unknown): string {
  // One top-level property a line: format and version are seen at once.
  const body = JSON.stringify(encode(tree, "", new Set()));
  return `{\n"format": "${snapshotFormat}",\n"version": ${snapshotVersion},\n"tree": ${body}\n}\n`;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

function encode(value: unknown, path: string, above: ReadonlySet<object>): Json {
  switch (typeof value) {
    case "number":
      return isPlain(value) ? value : { $number: numberText(value) };
    case "string":
    case "boolean":
      return value;
    case "undefined":
      return { $undefined: true };
    case "object":
      return value === null ? null : encodeObject(value, path, above);
    default:
      throw notStorable(path, `a ${typeof value}`);
  }
}

function encodeObject(value: object, path: string, above: ReadonlySet<object>): Json {
  if (above.has(value)) throw notStorable(path, "an object that contains itself");
  const here = new Set([...above, value]);
  if (isTensor(value)) return encodeTensor(value);
  const typed = typedArrays.find(([, type]) => value instanceof type);
  if (typed !== undefined) return { $typedArray: typed[0], data: elements(value as TypedArray) };
  if (Array.isArray(value)) {
    return Array.from(value as readonly unknown[], (child, i) => encode(child, path + step(i), here));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm (a notebook's context) is plain as well.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const { constructor } = value as { readonly constructor?: { readonly name?: string } };
    throw notStorable(path, `an instance of ${constructor?.name ?? "a class"}`);
  }
  const object: Record<string, Json> = {};
  for (const [name, child] of Object.entries(value)) {
    // Names that begin with $ are ours: a further $ marks the user's.
    define(object, name.startsWith("$") ? `$${name}` : name, encode(child, path + step(name), here));
  }
  return object;
}

function encodeTensor(tensor: Tensor): Json {
  return { $tensor: tensor.dtype, shape: tensor.shape, data: elements(elementsOf(tensor)) };
}

/** JSON writes the shortest decimal that reads back to the same number, but has no -0 (in most readers), NaN and infinities. */
function elements(data: TypedArray): Json {
  return Array.from(data, (value) => (isPlain(value) ? value : numberText(value)));
}

function isPlain(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function notStorable(path: string, got: string): ArgumentError {
  return new ArgumentError({
    what: `A snapshot cannot hold what stands at tree${path}.`,
    got,
    expected: "tensors, typed arrays, numbers, booleans, strings, null, and plain objects and arrays of these",
    fix: "take it out, or turn it into a plain object first.",
    data: { path },
  });
}
