import { np, type DType, type Tensor } from "@simgrad/core";
import { GeometricMesh } from "../mesh/geometricMesh.js";
import { halfEdgesOf, type HalfEdges } from "../mesh/halfEdges.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import type { Mesh } from "../mesh/mesh.js";
import { MeshError, type MeshElement, type MeshPlace } from "../mesh/meshError.js";
import { faceWithoutArea, firstCoincidence } from "../mesh/validateMesh.js";
import type { ParseMeshOptions } from "./options.js";

/** Values by rows. */
export interface Columns {
  readonly values: number[];
  /** Values in a row, or null where each row is one value. */
  readonly width: number | null;
  readonly dtype: DType;
}

/** What a file says, in its own order and numbering. */
export interface FileMesh {
  /** x, y, z of each vertex, all finite. */
  readonly positions: number[];
  /** Line of each vertex; empty where the file has none. */
  readonly vertexLines: number[];
  /** Three vertices a triangle. */
  readonly triangles: number[];
  /** Face of the file for each triangle. */
  readonly faceOf: number[];
  /** Line of each face of the file; empty where it has none. */
  readonly faceLines: number[];
  /** By vertex. */
  readonly vertexAttributes: Record<string, Columns>;
  /** By face of the file. */
  readonly faceAttributes: Record<string, Columns>;
  /** By corner of the triangles, in the order of `triangles`. */
  readonly cornerAttributes: Record<string, Columns>;
}

/** A file of which nothing has been read. */
export function emptyFileMesh(): FileMesh {
  return {
    positions: [],
    vertexLines: [],
    triangles: [],
    faceOf: [],
    faceLines: [],
    vertexAttributes: {},
    faceAttributes: {},
    cornerAttributes: {},
  };
}

/**
 * Adds a face to the triangles: itself, or those of the fan about its first corner.
 * @returns the corners of its triangles, as places in `corners`
 * @throws MeshError where it is no triangle, and polygons are refused.
 */
export function addFace(
  mesh: FileMesh,
  corners: readonly number[],
  line: number | undefined,
  options: ParseMeshOptions,
): readonly number[] {
  const index = mesh.faceOf.length === 0 ? 0 : (mesh.faceOf.at(-1) as number) + 1;
  if (corners.length < 3 || (corners.length > 3 && options.polygons !== "fan")) {
    throw new MeshError(
      {
        what: "the face is no triangle.",
        got: `${corners.length} corners`,
        expected: "3",
        ...(corners.length > 3 ? { fix: 'read with `polygons: "fan"`, which cuts it into triangles.' } : {}),
      },
      { file: options.file, line, element: { kind: "face", index } },
    );
  }
  const chosen: number[] = [];
  for (let k = 1; k + 1 < corners.length; k++) {
    chosen.push(0, k, k + 1);
    mesh.triangles.push(corners[0] as number, corners[k] as number, corners[k + 1] as number);
    mesh.faceOf.push(index);
  }
  if (line !== undefined) mesh.faceLines.push(line);
  return chosen;
}

/**
 * Makes the mesh that a file describes.
 * @throws MeshError with the file, the line and the element that is wrong, by the file's numbering from 0.
 */
export function assemble(file: FileMesh, options: ParseMeshOptions): Mesh {
  const place = (element: MeshElement): MeshPlace => placeOf(file, options, element);
  expectInRange(file, place);
  const { kept, numberOf } = keptVertices(file, options, place);
  const triangles = Int32Array.from(file.triangles, (v) => numberOf[v] as number);
  const positions = Float64Array.from({ length: 3 * kept.length }, (_, i) => {
    return file.positions[3 * (kept[Math.floor(i / 3)] as number) + (i % 3)] as number;
  });
  const halfEdges = halfEdgesAt(kept, triangles, file, place);
  const flat = faceWithoutArea(positions, 3, triangles);
  if (flat !== -1) {
    throw new MeshError(
      { what: "the face has no area: its corners lie on a line.", fix: "remove it, or move a corner." },
      place({ kind: "face", index: file.faceOf[flat] as number }),
    );
  }
  return {
    topology: HalfEdgeMesh.fromHalfEdges(halfEdges),
    geometry: new GeometricMesh({
      positions: tensorOf({ values: positionsIn(options.dimension ?? 3, positions, kept, place), width: options.dimension ?? 3, dtype: "float64" }), // prettier-ignore
      vertexAttributes: picked(file.vertexAttributes, kept),
      faceAttributes: picked(file.faceAttributes, file.faceOf),
      halfEdgeAttributes: atHalfEdges(file.cornerAttributes, triangles, halfEdges),
    }),
  };
}

function placeOf(file: FileMesh, options: ParseMeshOptions, element: MeshElement): MeshPlace {
  const index = typeof element.index === "number" ? element.index : -1;
  const line = (element.kind === "face" ? file.faceLines : element.kind === "vertex" ? file.vertexLines : [])[index];
  return { file: options.file, line, element };
}

function expectInRange(file: FileMesh, place: (element: MeshElement) => MeshPlace): void {
  const count = file.positions.length / 3;
  if (file.triangles.length === 0) {
    const { file: name } = place({ kind: "face", index: -1 });
    throw new MeshError({ what: "there are no faces.", got: `${count} vertices` }, { file: name });
  }
  const corner = file.triangles.findIndex((v) => v < 0 || v >= count);
  if (corner === -1) return;
  throw new MeshError(
    {
      what: "a face has a vertex that is not there.",
      got: `vertex ${file.triangles[corner]}, counted from 0`,
      expected: `0 to ${count - 1}`,
    },
    place({ kind: "face", index: file.faceOf[Math.floor(corner / 3)] as number }),
  );
}

/** Vertices that stay, and for each vertex of the file its number among them. */
function keptVertices(
  file: FileMesh,
  options: ParseMeshOptions,
  place: (element: MeshElement) => MeshPlace,
): { readonly kept: number[]; readonly numberOf: Int32Array } {
  const count = file.positions.length / 3;
  const isUsed = new Uint8Array(count);
  for (const v of file.triangles) isUsed[v] = 1;
  const used: number[] = [];
  for (let v = 0; v < count; v++) {
    if (isUsed[v] === 1) used.push(v);
    else if (options.unreferenced !== "drop") {
      throw new MeshError(
        { what: "the vertex belongs to no face.", fix: 'read with `unreferenced: "drop"`, which leaves it out.' },
        place({ kind: "vertex", index: v }),
      );
    }
  }
  const first = firstCoincidence(Float64Array.from(file.positions), 3, used);
  const numberOf = new Int32Array(count).fill(-1);
  const kept: number[] = [];
  for (const v of used) {
    const same = first.get(v);
    if (same === undefined) numberOf[v] = kept.push(v) - 1;
    else if (options.duplicates === "weld") numberOf[v] = numberOf[same] as number;
    else {
      throw new MeshError(
        {
          what: `the vertex is where vertex ${same} is.`,
          got: file.positions.slice(3 * v, 3 * v + 3).join(", "),
          fix: 'read with `duplicates: "weld"`, which makes them one.',
        },
        place({ kind: "vertex", index: v }),
      );
    }
  }
  return { kept, numberOf };
}

/** `halfEdgesOf`, whose errors get the file's numbering, and its lines. */
function halfEdgesAt(
  kept: readonly number[],
  triangles: Int32Array,
  file: FileMesh,
  place: (element: MeshElement) => MeshPlace,
): HalfEdges {
  try {
    return halfEdgesOf(kept.length, triangles);
  } catch (error) {
    if (!(error instanceof MeshError) || error.element === null) throw error;
    const { kind, index } = error.element;
    if (typeof index !== "number" || (kind !== "face" && kind !== "vertex")) throw error;
    const own = (kind === "face" ? file.faceOf : kept)[index] as number;
    const isRenumbered =
      kept.length * 3 !== file.positions.length || file.faceOf.length !== 1 + (file.faceOf.at(-1) as number);
    const note = isRenumbered
      ? " (Vertices and faces are counted here as they are after welding, dropping and fanning.)"
      : "";
    throw new MeshError({ ...error.parts, what: error.parts.what + note }, place({ kind, index: own }));
  }
}

function positionsIn(
  dimension: 2 | 3,
  positions: Float64Array,
  kept: readonly number[],
  place: (element: MeshElement) => MeshPlace,
): number[] {
  if (dimension === 3) return Array.from(positions);
  const high = kept.findIndex((_, v) => positions[3 * v + 2] !== 0);
  if (high !== -1) {
    throw new MeshError(
      {
        what: "the vertex is not in the plane z = 0.",
        got: `z = ${positions[3 * high + 2]}`,
        fix: "read with `dimension: 3`.",
      },
      place({ kind: "vertex", index: kept[high] as number }),
    );
  }
  return Array.from(positions).filter((_, i) => i % 3 !== 2);
}

function picked(attributes: Readonly<Record<string, Columns>>, rows: readonly number[]): Record<string, Tensor> {
  return mapped(attributes, ({ values, width, dtype }) => {
    const size = width ?? 1;
    return tensorOf({ values: rows.flatMap((row) => values.slice(size * row, size * (row + 1))), width, dtype });
  });
}

/** A corner's values belong to the half-edge that leaves it, along its face; half-edges of the boundary get zeros. */
function atHalfEdges(
  attributes: Readonly<Record<string, Columns>>,
  triangles: Int32Array,
  { origin, next, halfEdgeOfFace }: HalfEdges,
): Record<string, Tensor> {
  return mapped(attributes, ({ values, width, dtype }) => {
    const size = width ?? 1;
    const rows = new Array<number>(size * origin.length).fill(0);
    triangles.forEach((v, corner) => {
      let h = halfEdgeOfFace[Math.floor(corner / 3)] as number;
      while (origin[h] !== v) h = next[h] as number;
      for (let k = 0; k < size; k++) rows[size * h + k] = values[size * corner + k] as number;
    });
    return tensorOf({ values: rows, width, dtype });
  });
}

function mapped(
  attributes: Readonly<Record<string, Columns>>,
  f: (columns: Columns) => Tensor,
): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(attributes).map(([name, columns]) => [name, f(columns)]));
}

function tensorOf({ values, width, dtype }: Columns): Tensor {
  const flat = dtype === "float64" ? np.array(Float64Array.from(values)) : np.array(values, dtype);
  return width === null ? flat : flat.reshape([values.length / width, width]);
}
