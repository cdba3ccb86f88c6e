import type { DType } from "@simgrad/core";
import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { addFace, assemble, emptyFileMesh, type Columns, type FileMesh } from "./fileMesh.js";
import type { Place } from "./lines.js";
import type { ParseMeshOptions } from "./options.js";
import { parsePlyHeader, type PlyElement, type PlyProperty } from "./plyHeader.js";
import { plyRows, type PlyRow } from "./plyRows.js";

/**
 * Reads a mesh from a PLY file (Turk, "The PLY polygon file format", 1994), of text or binary: the element `vertex`
 * with x, y and z, and `face` with the list `vertex_indices` (or `vertex_index`). Other numbers of vertices and faces
 * become attributes: `float` is float32, `double` float64, `uint` uint32, other integers int32; `name_0`, `name_1`,
 * ... become one attribute `name` of as many columns. The list `texcoord` of faces becomes the half-edge attribute
 * `texture` [half-edges, 2]. Other lists of faces, and other elements, are skipped.
 *
 * @throws MeshError with file, line and element where it is not such a mesh.
 */
export function parsePly(source: string | Uint8Array, options: ParseMeshOptions = {}): Mesh {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  const { file } = options;
  const header = parsePlyHeader(bytes, file);
  const rows = plyRows(bytes, header, file);
  const mesh = emptyFileMesh();
  for (const name of ["vertex", "face"]) {
    if (header.elements.every((element) => element.name !== name))
      throw new MeshError({ what: `there is no element ${name}.` }, { file });
  }
  for (const element of header.elements) {
    const take = element.name === "vertex" ? vertexReader(mesh, element, options) : element.name === "face" ? faceReader(mesh, element, options) : () => undefined; // prettier-ignore
    // Rows without properties are nothing in the file, however many they are.
    if (element.properties.length === 0) continue;
    for (let index = 0; index < element.count; index++) take(rows.take(element, index), index);
  }
  rows.end();
  return assemble(mesh, options);
}

function vertexReader(mesh: FileMesh, element: PlyElement, options: ParseMeshOptions): (row: PlyRow) => void {
  const find = (name: string): number => element.properties.findIndex((p) => p.name === name && p.count === null);
  const axes = ["x", "y", "z"].map(find);
  const place: Place = { file: options.file };
  axes.forEach((at, k) => {
    if (at === -1 && !(k === 2 && options.dimension === 2))
      throw new MeshError({ what: `vertices have no property ${"xyz"[k]}.` }, place);
  });
  const list = element.properties.find((p) => p.count !== null);
  if (list !== undefined)
    throw new MeshError({ what: `vertices have a list, ${list.name}, which is not read.` }, place);
  const store = attributeReader(mesh.vertexAttributes, element.properties, ["x", "y", "z"], options);
  return (row) => {
    for (const at of axes) mesh.positions.push(at === -1 ? 0 : (row.values[at] as number));
    if (row.line !== undefined) mesh.vertexLines.push(row.line);
    store(row);
  };
}

function faceReader(
  mesh: FileMesh,
  element: PlyElement,
  options: ParseMeshOptions,
): (row: PlyRow, index: number) => void {
  const find = (...names: string[]): number =>
    element.properties.findIndex((p) => names.includes(p.name) && p.count !== null);
  const corners = find("vertex_indices", "vertex_index");
  if (corners === -1 || !(element.properties[corners] as PlyProperty).type.isInteger) {
    throw new MeshError({ what: "faces have no list vertex_indices of integers." }, { file: options.file });
  }
  const texture = options.attributes === "skip" ? -1 : find("texcoord");
  const store = attributeReader(mesh.faceAttributes, element.properties, [], options);
  const values: number[] = [];
  if (texture !== -1)
    mesh.cornerAttributes["texture"] = { values, width: 2, dtype: dtypeOf(element.properties[texture] as PlyProperty) };
  return (row, index) => {
    const vertices = row.values[corners] as readonly number[];
    const chosen = addFace(mesh, vertices, row.line, options);
    store(row);
    if (texture === -1) return;
    const pairs = row.values[texture] as readonly number[];
    if (pairs.length !== 2 * vertices.length) {
      throw new MeshError(
        {
          what: "the list texcoord does not have two numbers a corner.",
          got: String(pairs.length),
          expected: String(2 * vertices.length),
        },
        { file: options.file, line: row.line, element: { kind: "face", index } },
      );
    }
    for (const k of chosen) values.push(pairs[2 * k] as number, pairs[2 * k + 1] as number);
  };
}

/** Collects the numbers of rows in attributes, those of `name_0`, `name_1`, ... in one. */
function attributeReader(
  attributes: Record<string, Columns>,
  properties: readonly PlyProperty[],
  without: readonly string[],
  options: ParseMeshOptions,
): (row: PlyRow) => void {
  if (options.attributes === "skip") return () => undefined;
  const own = properties.flatMap((p, at) => (p.count === null && !without.includes(p.name) ? [{ p, at }] : []));
  const names = new Map(own.map(({ p, at }) => [p.name, { p, at }]));
  const groups: { readonly values: number[]; readonly places: number[] }[] = [];
  const isTaken = new Set<string>();
  for (const { p, at } of own) {
    if (isTaken.has(p.name)) continue;
    const base = p.name.endsWith("_0") ? p.name.slice(0, -2) : "";
    const places = [at];
    for (let k = 1; base !== ""; k++) {
      const more = names.get(`${base}_${k}`);
      if (more === undefined || more.p.type !== p.type) break;
      places.push(more.at);
      isTaken.add(more.p.name);
    }
    const isGroup = places.length > 1 && !names.has(base);
    if (!isGroup) for (const place of places.splice(1)) isTaken.delete((properties[place] as PlyProperty).name);
    const values: number[] = [];
    // Own property even where the name is that of a method of objects.
    Object.defineProperty(attributes, isGroup ? base : p.name, {
      value: { values, width: isGroup ? places.length : null, dtype: dtypeOf(p) },
      enumerable: true,
    });
    groups.push({ values, places });
  }
  return (row) => {
    for (const { values, places } of groups) for (const at of places) values.push(row.values[at] as number);
  };
}

function dtypeOf({ type }: PlyProperty): DType {
  return type.dtype;
}
