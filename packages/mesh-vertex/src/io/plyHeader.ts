import type { DType } from "@simgrad/core";
import { MeshError } from "../mesh/meshError.js";
import { integerOf, shown, type Place } from "./lines.js";

/** A type of numbers in a PLY file. */
export interface PlyType {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isInteger: boolean;
  /** Least and largest number of the type. */
  readonly range: readonly [number, number];
  readonly get: (view: DataView, offset: number, littleEndian: boolean) => number;
  /** What an attribute of the type becomes. */
  readonly dtype: DType;
}

const char = integer(1, -0x80, 0x7f, "int32", (view, at) => view.getInt8(at));
const uchar = integer(1, 0, 0xff, "int32", (view, at) => view.getUint8(at));
const short = integer(2, -0x8000, 0x7fff, "int32", (view, at, little) => view.getInt16(at, little));
const ushort = integer(2, 0, 0xffff, "int32", (view, at, little) => view.getUint16(at, little));
const int = integer(4, -0x80000000, 0x7fffffff, "int32", (view, at, little) => view.getInt32(at, little));
const uint = integer(4, 0, 0xffffffff, "uint32", (view, at, little) => view.getUint32(at, little));
const float = real(4, "float32", (view, at, little) => view.getFloat32(at, little));
const double = real(8, "float64", (view, at, little) => view.getFloat64(at, little));

/** Types by their names, old and new. */
const types: Readonly<Record<string, PlyType>> = {
  __proto__: null as never,
  char,
  uchar,
  short,
  ushort,
  int,
  uint,
  float,
  double,
  int8: char,
  uint8: uchar,
  int16: short,
  uint16: ushort,
  int32: int,
  uint32: uint,
  float32: float,
  float64: double,
};

function integer(bytes: 1 | 2 | 4, least: number, largest: number, dtype: DType, get: PlyType["get"]): PlyType {
  return { bytes, isInteger: true, range: [least, largest], get, dtype };
}

function real(bytes: 4 | 8, dtype: DType, get: PlyType["get"]): PlyType {
  return { bytes, isInteger: false, range: [-Infinity, Infinity], get, dtype };
}

/** A property of an element: a number, or a list of numbers. */
export interface PlyProperty {
  readonly name: string;
  readonly type: PlyType;
  /** Type of the list's length; null where the property is one number. */
  readonly count: PlyType | null;
}

/** A kind of rows in the file. */
export interface PlyElement {
  readonly name: string;
  readonly count: number;
  readonly properties: readonly PlyProperty[];
}

/** What stands before the rows. */
export interface PlyHeader {
  readonly format: "ascii" | "binary_little_endian" | "binary_big_endian";
  readonly elements: readonly PlyElement[];
  /** Bytes, and lines, of the header. */
  readonly size: number;
  readonly lines: number;
}

const formats = ["ascii", "binary_little_endian", "binary_big_endian"] as const;
/** Longest header that is looked through; those of scanners have a few kilobytes. */
const longestHeader = 1 << 20;

/** Reads the header of a PLY file. @throws MeshError with the line that is wrong. */
export function parsePlyHeader(bytes: Uint8Array, file: string | undefined): PlyHeader {
  let format: PlyHeader["format"] | undefined;
  const elements: { name: string; count: number; properties: PlyProperty[] }[] = [];
  let start = 0;
  for (let line = 1; ; line++) {
    const place: Place = { file, line };
    const end = endOfLine(bytes, start);
    if (end === undefined) {
      const what =
        line === 1 ? "the file does not begin as PLY." : "the header does not end: there is no `end_header`.";
      throw new MeshError({ what }, place);
    }
    const words = new TextDecoder()
      .decode(bytes.subarray(start, end.end))
      .split(/[ \t]+/)
      .filter((word) => word !== "");
    start = end.next;
    if (line === 1) {
      if (words.length === 1 && words[0] === "ply") continue;
      throw new MeshError(
        { what: "the file does not begin as PLY.", got: shown(words.join(" ")), expected: "ply" },
        place,
      );
    }
    const element = elements.at(-1);
    switch (words[0]) {
      case undefined:
      case "comment":
      case "obj_info":
        break;
      case "format":
        format = formats.find((name) => name === words[1]);
        if (format === undefined || words[2] !== "1.0" || words.length > 3)
          throw wrong(words, `format ${formats.join("|")} 1.0`, place);
        break;
      case "element": {
        const [, name, count, ...more] = words;
        if (name === undefined || more.length > 0) throw wrong(words, "element NAME COUNT", place);
        const found = integerOf(count, "the count of the element", place);
        if (found < 0) throw wrong(words, "a count of 0 or more", place);
        if (elements.some((other) => other.name === name))
          throw wrong(words, "an element that is not there yet", place);
        elements.push({ name, count: found, properties: [] });
        break;
      }
      case "property": {
        if (element === undefined) throw wrong(words, "an element before its properties", place);
        const property = propertyOf(words, place);
        if (element.properties.some((other) => other.name === property.name))
          throw wrong(words, "a property that is not there yet", place);
        element.properties.push(property);
        break;
      }
      case "end_header":
        if (words.length > 1) throw wrong(words, "end_header", place);
        if (format === undefined) throw new MeshError({ what: "the header names no format." }, place);
        return { format, elements, size: start, lines: line };
      default:
        throw wrong(words, "format, comment, obj_info, element, property or end_header", place);
    }
  }
}

function endOfLine(bytes: Uint8Array, start: number): { readonly end: number; readonly next: number } | undefined {
  for (let i = start; i < bytes.length && i < longestHeader; i++) {
    if (bytes[i] === 10) return { end: i, next: i + 1 };
    if (bytes[i] === 13) return { end: i, next: bytes[i + 1] === 10 ? i + 2 : i + 1 };
  }
  return undefined;
}

function propertyOf(words: readonly string[], place: Place): PlyProperty {
  const isList = words[1] === "list";
  const [name, ...more] = words.slice(isList ? 4 : 2);
  const type = types[words[isList ? 3 : 1] ?? ""];
  const count = isList ? types[words[2] ?? ""] : null;
  const fits =
    name !== undefined && more.length === 0 && type !== undefined && count !== undefined && count?.isInteger !== false;
  if (!fits) throw wrong(words, "property TYPE NAME, or property list TYPE TYPE NAME, with a type of PLY", place);
  return { name, type, count };
}

function wrong(words: readonly string[], expected: string, place: Place): MeshError {
  return new MeshError({ what: "the line of the header is wrong.", got: shown(words.join(" ")), expected }, place);
}
