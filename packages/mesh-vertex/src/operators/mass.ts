import { csr, np, sparsePattern, type CsrMatrix, type Tensor } from "@simgrad/core";
import type { Displacement } from "../geometry/displacement.js";
import { barycentricAreas, mixedAreas } from "../geometry/vertexAreas.js";
import { voronoiAreas } from "../geometry/voronoi.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";

/**
 * What part of the surface belongs to a vertex: its Voronoi cell (exact where faces are acute, perhaps negative where
 * they are not), that cell kept positive in obtuse faces, or a third of the faces round it.
 */
export type MassKind = "voronoi" | "mixed" | "barycentric";

const areas = { voronoi: voronoiAreas, mixed: mixedAreas, barycentric: barycentricAreas } as const;

/** Diagonal of the lumped mass matrix, [vertices]: the area of each vertex. They sum to the area of the mesh. */
export function lumpedMass(
  positions: Tensor,
  topology: HalfEdgeMesh,
  kind: MassKind = "voronoi",
  displacement?: Displacement,
): Tensor {
  return areas[kind](positions, topology, displacement);
}

/** The lumped mass matrix as a sparse matrix, [vertices, vertices], with entries on the diagonal only. */
export function massMatrix(
  positions: Tensor,
  topology: HalfEdgeMesh,
  kind: MassKind = "voronoi",
  displacement?: Displacement,
): CsrMatrix {
  return diagonalMatrix(lumpedMass(positions, topology, kind, displacement));
}

/** The inverse of the lumped mass matrix. */
export function inverseMassMatrix(
  positions: Tensor,
  topology: HalfEdgeMesh,
  kind: MassKind = "voronoi",
  displacement?: Displacement,
): CsrMatrix {
  return diagonalMatrix(np.reciprocal(lumpedMass(positions, topology, kind, displacement)));
}

function diagonalMatrix(values: Tensor): CsrMatrix {
  const places = Array.from({ length: values.size }, (_, v) => v);
  return csr(sparsePattern({ shape: [values.size, values.size], rows: places, columns: places }), values);
}
