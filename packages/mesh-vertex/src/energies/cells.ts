import { np, type Tensor } from "@simgrad/core";
import { cellAreas, cellPerimeters } from "../geometry/cells.js";
import { faceCentroids } from "../geometry/centroids.js";
import type { Displacement } from "../geometry/displacement.js";
import { voronoiCells } from "../geometry/voronoi.js";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { MeshError } from "../mesh/meshError.js";

/** What the cells of a tissue are, one around each vertex of the mesh. */
export interface CellOptions {
  /**
   * Where the corners of the cells are, one in each face: `voronoi`, at the circumcenters, with areas and lengths
   * that have signs; `centroid`, at the centroids; `free`, at `geometry.faceAttributes.corners`, [faces, 2], the
   * positions of a vertex model. Default "voronoi".
   */
  readonly cells?: "voronoi" | "centroid" | "free";
  /**
   * What is done at the boundary, where half of a cell lies outside of the mesh: `doubled` takes the part inside
   * twice, `open` once. Default "doubled".
   */
  readonly boundary?: "doubled" | "open";
  /** Default: that of a mesh that is not periodic. */
  readonly displacement?: Displacement;
}

/** Areas and perimeters of cells, [vertices] each. */
export interface CellMeasures {
  readonly areas: Tensor;
  readonly perimeters: Tensor;
}

/**
 * Measures the cells around the vertices of a mesh.
 * @throws MeshError where free corners are wanted and the mesh has none.
 */
export function cellMeasures(geometry: GeometricMesh, topology: HalfEdgeMesh, options: CellOptions = {}): CellMeasures {
  const { boundary = "doubled" } = options;
  const inside = insideMesh(geometry, topology, options);
  if (boundary === "open") return inside;
  const factor = np.where(topology.isBoundaryVertex, 2, 1).astype(geometry.positions.dtype);
  return { areas: inside.areas.mul(factor), perimeters: inside.perimeters.mul(factor) };
}

function insideMesh(geometry: GeometricMesh, topology: HalfEdgeMesh, options: CellOptions): CellMeasures {
  const { positions, faceAttributes } = geometry;
  const { cells = "voronoi", displacement } = options;
  if (cells === "voronoi") return voronoiCells(positions, topology, displacement);
  const corners = cells === "centroid" ? faceCentroids(positions, topology, displacement) : faceAttributes["corners"];
  if (corners === undefined) {
    throw new MeshError({
      what: "The mesh has no corners of cells.",
      got: `the attributes of faces: ${Object.keys(faceAttributes).join(", ") || "none"}`,
      expected: "faceAttributes.corners, [faces, 2]",
      fix: "start from circumcenters or centroids: geometry.with({ faceAttributes: { corners } }).",
    });
  }
  return {
    areas: cellAreas(corners, positions, topology, displacement),
    perimeters: cellPerimeters(corners, positions, topology, displacement),
  };
}
