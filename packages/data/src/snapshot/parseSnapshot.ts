import type { Tensor, TypedArray } from "@simgrad/core";
import { DataError, type DataPlace } from "../dataError.js";
import { allocate, define, dtypes, holds, indexOf, ranges, tensorOf } from "../tensors.js";
import { decodeText } from "../text.js";
import { expectLike } from "./expectLike.js";
import { parseJson } from "./parseJson.js";
import { snapshotFormat, snapshotVersion, step, typedArrays, type SnapshotTree } from "./snapshotTree.js";

/** Options of `parseSnapshot`. */
export interface SnapshotOptions<Like = undefined> {
  /** Name of the file, for messages. */
  readonly file?: string;
  /**
   * A tree that the snapshot must be built as: the same keys, leaves of the same kinds, tensors of the same dtypes and shapes,
   * typed arrays of the same lengths. The result has its type.
   */
  readonly like?: Like;
}

/** A tree as `parseSnapshot` gives it: built as `Like` where that was given. */
export type SnapshotResult<Like> = [Like] extends [undefined] ? SnapshotTree : Like;

/**
 * Reads a tree that `formatSnapshot` has written: the same bits, dtypes, shapes and kinds of leaves.
 *
 * @throws DataError if the text is truncated or damaged, comes from a later version, or is not built as `like`; it names the line
 * of JSON that cannot be read, or the path in the tree.
 * @example
 * const params = parseSnapshot(text, { like: { speed: np.zeros(1000) } });
 */
export function parseSnapshot<Like = undefined>(
  source: string | Uint8Array,
  options: SnapshotOptions<Like> = {},
): SnapshotResult<Like> {
  const place = { file: options.file };
  const json = parseJson(decodeText(source, options.file), place);
  const tree = decode(readHead(json, place), "", place);
  if (options.like !== undefined) expectLike(tree, options.like, place);
  return tree as SnapshotResult<Like>;
}

function readHead(json: unknown, place: DataPlace): unknown {
  const head = isRecord(json) ? json : {};
  if (head["format"] !== snapshotFormat) {
    throw new DataError(
      {
        what: "this JSON is not a snapshot.",
        got: isRecord(json) ? `the keys ${Object.keys(json).slice(0, 10).join(", ")}` : kindOf(json),
        expected: `an object with "format": "${snapshotFormat}"`,
        fix: "write snapshots with writeSnapshot or formatSnapshot.",
      },
      place,
    );
  }
  const version = head["version"];
  if (!Number.isInteger(version) || (version as number) < 1 || (version as number) > snapshotVersion) {
    const later = typeof version === "number" && version > snapshotVersion;
    throw new DataError(
      {
        what: later ? "the snapshot was written by a later version." : "the version of the snapshot is wrong.",
        got: JSON.stringify(version) ?? "none",
        expected: `version ${snapshotVersion}`,
        ...(later ? { fix: "update @simgrad/data." } : {}),
      },
      place,
    );
  }
  if (!Object.hasOwn(head, "tree")) throw damaged('the key "tree" is missing', "", place);
  return head["tree"];
}

function decode(json: unknown, path: string, place: DataPlace): SnapshotTree {
  if (Array.isArray(json)) return json.map((child: unknown, i) => decode(child, path + step(i), place));
  if (!isRecord(json)) return json as number | string | boolean | null;
  const names = Object.keys(json);
  const own = names.find((name) => /^\$(?!\$)/.test(name));
  if (own !== undefined) return decodeOwn(own, json, path, place);
  const object: Record<string, SnapshotTree> = {};
  for (const name of names) {
    const original = name.startsWith("$$") ? name.slice(1) : name;
    define(object, original, decode(json[name], path + step(original), place));
  }
  return object;
}

function decodeOwn(kind: string, json: JsonRecord, path: string, place: DataPlace): SnapshotTree {
  const expectKeys = (...keys: readonly string[]): void => {
    const got = Object.keys(json);
    if (got.length !== keys.length || keys.some((key) => !Object.hasOwn(json, key))) {
      throw damaged(`${kind} stands beside the keys ${got.filter((key) => key !== kind).join(", ")}`, path, place);
    }
  };
  switch (kind) {
    case "$undefined":
      expectKeys("$undefined");
      return undefined;
    case "$number": {
      expectKeys("$number");
      const value = readNumber(json["$number"]);
      if (value === null) throw damaged(`$number is ${show(json["$number"])}`, path, place);
      return value;
    }
    case "$tensor":
      expectKeys("$tensor", "shape", "data");
      return decodeTensor(json, path, place);
    case "$typedArray":
      expectKeys("$typedArray", "data");
      return decodeTypedArray(json, path, place);
    default:
      throw damaged(`the kind ${kind} is not known`, path, place);
  }
}

function decodeTensor(json: JsonRecord, path: string, place: DataPlace): Tensor {
  const dtype = dtypes.find((known) => known === json["$tensor"]);
  if (dtype === undefined) throw damaged(`the dtype ${show(json["$tensor"])} is not known`, path, place);
  const shape = json["shape"];
  if (!Array.isArray(shape) || !shape.every((extent) => Number.isSafeInteger(extent) && (extent as number) >= 0)) {
    throw damaged(`the shape is ${show(shape)}`, path, place);
  }
  const extents = shape as readonly number[];
  const size = extents.reduce((product, extent) => product * extent, 1);
  const values = expectElements(json["data"], path, place);
  if (values.length !== size) {
    throw damaged(
      `there are ${values.length} elements for the shape [${extents.join(", ")}], which has ${size}`,
      path,
      place,
    );
  }
  const data = allocate(dtype, size);
  values.forEach((json, i) => {
    const value = readNumber(json);
    if (value === null || !holds(dtype, value)) {
      throw badElement(json, ranges[dtype], indexOf(i, extents), path, place);
    }
    data[i] = value;
  });
  return tensorOf(dtype, extents, data);
}

function decodeTypedArray(json: JsonRecord, path: string, place: DataPlace): TypedArray {
  const type = typedArrays.find(([name]) => name === json["$typedArray"])?.[1];
  if (type === undefined) throw damaged(`the typed array ${show(json["$typedArray"])} is not known`, path, place);
  const values = expectElements(json["data"], path, place);
  const data = new type(values.length);
  values.forEach((json, i) => {
    const value = readNumber(json);
    data[i] = value ?? NaN;
    if (value === null || !Object.is(data[i], value)) {
      throw badElement(json, `a number that a ${type.name} holds exactly`, [i], path, place);
    }
  });
  return data;
}

type JsonRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function expectElements(json: unknown, path: string, place: DataPlace): readonly unknown[] {
  if (!Array.isArray(json)) throw damaged(`the elements are ${kindOf(json)}, not an array`, path, place);
  return json as readonly unknown[];
}

function readNumber(json: unknown): number | null {
  // JSON may hold 1e999, which reads as an infinity that nobody wrote.
  if (typeof json === "number") return Number.isFinite(json) ? json : null;
  switch (json) {
    case "NaN":
      return NaN;
    case "Infinity":
      return Infinity;
    case "-Infinity":
      return -Infinity;
    case "-0":
      return -0;
    default:
      return null;
  }
}

function badElement(
  json: unknown,
  expected: string,
  element: readonly number[],
  path: string,
  place: DataPlace,
): DataError {
  return new DataError(
    { what: "an element of the snapshot is wrong.", got: show(json), expected },
    { ...place, path, element },
  );
}

function damaged(problem: string, path: string, place: DataPlace): DataError {
  return new DataError(
    { what: `the snapshot is damaged: ${problem}.`, fix: "write it again with writeSnapshot." },
    { ...place, path },
  );
}

function show(json: unknown): string {
  return (JSON.stringify(json) ?? "nothing").slice(0, 80);
}

function kindOf(json: unknown): string {
  if (json === null) return "null";
  return Array.isArray(json) ? "an array" : `a ${typeof json}`;
}
