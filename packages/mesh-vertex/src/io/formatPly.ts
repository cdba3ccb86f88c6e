import type { Tensor } from "@simgrad/core";
import { ArgumentError, type DType } from "@simgrad/core";
import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { digitsOf } from "./lines.js";
import { rowsOf, type AttributeKind } from "./meshRows.js";
import type { FormatMeshOptions } from "./options.js";

/** How PLY files are written. */
export interface FormatPlyOptions extends FormatMeshOptions {
  /** "binary" where left out: little endian. */
  readonly format?: "text" | "binary" | "binaryBigEndian";
}

const typeNames: { readonly [K in DType]: string } = {
  float64: "double",
  float32: "float",
  int32: "int",
  uint32: "uint",
  bool: "uchar",
};

/** A property of an element: `width` numbers in a row, each a property by itself, or all a list. */
interface Property {
  readonly type: string;
  readonly names: readonly string[];
  readonly isList: boolean;
  readonly width: number;
  readonly values: ArrayLike<number>;
}

/**
 * Writes a mesh as a PLY file, with its vertex and face attributes of one or two axes, and the half-edge attribute
 * `texture` [half-edges, 2]. Numbers read back to the same bits.
 *
 * @throws MeshError where a number is not finite, or an attribute has no place, or a name that PLY cannot hold.
 */
export function formatPly(mesh: Mesh, options: FormatPlyOptions = {}): Uint8Array {
  const { positions, faces, halfEdges } = rowsOf(mesh, options, hasPlace);
  const { format = "binary" } = options;
  if (!["text", "binary", "binaryBigEndian"].includes(format)) {
    throw new ArgumentError({
      what: "formatPly: the format is none of PLY.",
      got: format,
      expected: "text, binary or binaryBigEndian",
    });
  }
  const { vertexAttributes, faceAttributes, halfEdgeAttributes } = mesh.geometry;
  const vertex: Property[] = [
    {
      type: typeNames[mesh.geometry.positions.dtype],
      names: ["x", "y", "z"],
      isList: false,
      width: 3,
      values: positions,
    },
    ...properties("vertexAttributes", vertexAttributes),
  ];
  const face: Property[] = [
    { type: "int", names: ["vertex_indices"], isList: true, width: 3, values: faces },
    ...properties("faceAttributes", faceAttributes),
  ];
  const { texture } = halfEdgeAttributes;
  if (texture !== undefined && hasPlace("halfEdgeAttributes", "texture", texture)) {
    const corners = Array.from(halfEdges).flatMap((h) => [
      texture.data[2 * h] as number,
      texture.data[2 * h + 1] as number,
    ]);
    face.push({ type: typeNames[texture.dtype], names: ["texcoord"], isList: true, width: 6, values: corners });
  }
  const elements = [
    ["vertex", mesh.topology.vertexCount, vertex],
    ["face", mesh.topology.faceCount, face],
  ] as const;
  const formatName = { text: "ascii", binary: "binary_little_endian", binaryBigEndian: "binary_big_endian" }[format];
  const header = ["ply", `format ${formatName} 1.0`];
  for (const [name, count, own] of elements) {
    expectUnique(own.flatMap(({ names }) => names));
    header.push(`element ${name} ${count}`);
    for (const { type, names, isList } of own) {
      header.push(...names.map((each) => `property ${isList ? "list uchar " : ""}${type} ${each}`));
    }
  }
  header.push("end_header", "");
  const start = new TextEncoder().encode(header.join("\n"));
  const rows = elements.map(([, count, own]) =>
    format === "text" ? textRows(count, own) : binaryRows(count, own, format === "binary"),
  );
  return joined([start, ...rows]);
}

function hasPlace(kind: AttributeKind, name: string, values: Tensor): boolean {
  if (kind === "halfEdgeAttributes") return name === "texture" && values.ndim === 2 && values.shape[1] === 2;
  return values.ndim === 1 || (values.ndim === 2 && (values.shape[1] as number) > 0);
}

function properties(kind: AttributeKind, attributes: Readonly<Record<string, Tensor>>): Property[] {
  return Object.entries(attributes)
    .filter(([name, values]) => hasPlace(kind, name, values))
    .map(([name, values]) => {
      if (!/^[\x21-\x7e]+$/.test(name)) {
        throw new MeshError({
          what: "PLY has no place for the attribute: its name has spaces or letters that are not ASCII.",
          got: JSON.stringify(name),
        });
      }
      const bad = Array.from(values.data).findIndex((x) => !Number.isFinite(x));
      const width = values.ndim === 1 ? 1 : (values.shape[1] as number);
      if (bad !== -1) {
        const element = {
          kind: kind === "vertexAttributes" ? "vertex" : "face",
          index: Math.floor(bad / width),
        } as const;
        throw new MeshError(
          { what: `the attribute ${name} is not finite.`, got: String(values.data[bad]) },
          { element },
        );
      }
      const names = values.ndim === 1 ? [name] : Array.from({ length: width }, (_, k) => `${name}_${k}`);
      return { type: typeNames[values.dtype], names, isList: false, width, values: values.data };
    });
}

function expectUnique(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new MeshError({
    what: "two attributes would be the same property of PLY.",
    got: twice,
    fix: "rename one of them.",
  });
}

function textRows(count: number, own: readonly Property[]): Uint8Array {
  const lines: string[] = [];
  for (let row = 0; row < count; row++) {
    const words: string[] = [];
    for (const { isList, width, values } of own) {
      if (isList) words.push(String(width));
      for (let k = 0; k < width; k++) words.push(digitsOf(values[width * row + k] as number));
    }
    lines.push(words.join(" "));
  }
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}

const writers: Readonly<
  Record<string, readonly [number, (view: DataView, at: number, x: number, little: boolean) => void]>
> = {
  double: [8, (view, at, x, little) => view.setFloat64(at, x, little)],
  float: [4, (view, at, x, little) => view.setFloat32(at, x, little)],
  int: [4, (view, at, x, little) => view.setInt32(at, x, little)],
  uint: [4, (view, at, x, little) => view.setUint32(at, x, little)],
  uchar: [1, (view, at, x) => view.setUint8(at, x)],
};

function binaryRows(count: number, own: readonly Property[], isLittle: boolean): Uint8Array {
  const size = own.reduce((sum, { type, width, isList }) => sum + width * writers[type]![0] + (isList ? 1 : 0), 0);
  const bytes = new Uint8Array(size * count);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let row = 0; row < count; row++) {
    for (const { type, isList, width, values } of own) {
      const [step, write] = writers[type]!;
      if (isList) view.setUint8(at++, width);
      for (let k = 0; k < width; k++, at += step) write(view, at, values[width * row + k] as number, isLittle);
    }
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
