import type { Tensor } from "@simgrad/core";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { expectFinite } from "../mesh/validateMesh.js";
import type { FormatMeshOptions } from "./options.js";

/** A mesh on the host, to be written. */
export interface MeshRows {
  /** x, y, z of each vertex; z is 0 where the mesh is in the plane. */
  readonly positions: Float64Array;
  readonly dimension: number;
  /** Three vertices a face. */
  readonly faces: Int32Array;
  /** Three half-edges a face: those that leave the corners. */
  readonly halfEdges: Int32Array;
}

/** Kinds of attributes of a mesh. */
export type AttributeKind = "vertexAttributes" | "halfEdgeAttributes" | "faceAttributes";

/**
 * Takes a mesh to the host.
 * @throws MeshError where a position is not finite, or an attribute is not among those that the format has a place for.
 */
export function rowsOf(
  { topology, geometry }: Mesh,
  options: FormatMeshOptions,
  hasPlace: (kind: AttributeKind, name: string, values: Tensor) => boolean,
): MeshRows {
  geometry.expectFits(topology);
  const { dimension } = geometry;
  const given = Float64Array.from(geometry.positions.data);
  expectFinite(given, dimension);
  if (options.attributes !== "skip") expectPlaces(geometry, hasPlace);
  const positions =
    dimension === 3
      ? given
      : Float64Array.from({ length: 3 * geometry.vertexCount }, (_, i) =>
          i % 3 === 2 ? 0 : (given[2 * Math.floor(i / 3) + (i % 3)] as number),
        );
  const { origin, next, halfEdgeOfFace } = topology.toHalfEdges();
  const halfEdges = new Int32Array(3 * halfEdgeOfFace.length);
  halfEdgeOfFace.forEach((first, f) => {
    const second = next[first] as number;
    halfEdges.set([first, second, next[second] as number], 3 * f);
  });
  return { positions, dimension, faces: halfEdges.map((h) => origin[h] as number), halfEdges };
}

function expectPlaces(
  geometry: GeometricMesh,
  hasPlace: (kind: AttributeKind, name: string, values: Tensor) => boolean,
): void {
  for (const kind of ["vertexAttributes", "halfEdgeAttributes", "faceAttributes"] as const) {
    for (const [name, values] of Object.entries(geometry[kind])) {
      if (hasPlace(kind, name, values)) continue;
      throw new MeshError({
        what: `the format has no place for ${kind}.${name}.`,
        got: `${values.dtype}, [${values.shape.join(", ")}]`,
        fix: 'write with `attributes: "skip"`, which leaves such attributes out, or choose PLY.',
      });
    }
  }
}

/** Whether the attribute is a number, or `width` numbers, for each element. */
export function hasShape(values: Tensor, width: number | null): boolean {
  return values.ndim === (width === null ? 1 : 2) && (width === null || values.shape[1] === width);
}
