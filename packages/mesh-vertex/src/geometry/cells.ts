import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { sumOutgoing } from "../operators/adjacency.js";
import { straightDisplacement, type Displacement } from "./displacement.js";
import { edgeVectors } from "./lengths.js";
import { crossPlane, expectDimension, vectorLength } from "./vectors.js";

/**
 * Areas of the vertices' polygonal cells in the plane, [vertices]: the corners of a cell are one point for each face
 * round its vertex (circumcenters for Voronoi cells, or free ones). Positive where they run counterclockwise. A cell
 * of the boundary ends at the middles of its two boundary edges, and at the vertex.
 * @param corners [faces, 2].
 * @param positions [vertices, 2]: needed for the boundary, and as points from which to measure.
 */
export function cellAreas(
  corners: Tensor,
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): Tensor {
  expectDimension("cellAreas", positions, 2);
  const { left, right } = cellSides(corners, positions, topology, displacement);
  return sumOutgoing(crossPlane(right, left).mul(0.5), topology);
}

/**
 * Perimeters of the vertices' polygonal cells, [vertices]; at the boundary without what runs along it.
 * @param corners [faces, dimension].
 * @param positions [vertices, dimension].
 */
export function cellPerimeters(
  corners: Tensor,
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): Tensor {
  const { left, right } = cellSides(corners, positions, topology, displacement);
  return sumOutgoing(vectorLength(left.sub(right)), topology);
}

/**
 * For each half-edge the two ends of the side of its origin's cell that crosses it, as seen from the origin:
 * [halfEdges, dimension] each.
 */
function cellSides(
  corners: Tensor,
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement: Displacement = straightDisplacement,
): { readonly left: Tensor; readonly right: Tensor } {
  const origin = np.take(positions, topology.origin);
  const middle = edgeVectors(positions, topology, displacement).mul(0.5);
  const seen = (face: Tensor): Tensor => {
    const corner = displacement(origin, np.take(corners, np.maximum(face, 0)));
    return np.where(np.less(face, 0).expandDims(1), middle, corner);
  };
  return { left: seen(topology.face), right: seen(np.take(topology.face, topology.twin)) };
}
