import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { facesToHalfEdges } from "../operators/adjacency.js";
import { edgeVectors } from "./lengths.js";
import { faceNormals } from "./normals.js";
import { crossProduct, dotProduct, normalize } from "./vectors.js";

/**
 * Dihedral angles, [halfEdges], the same on both halves: between the normals of the two faces of an edge, -pi to pi.
 * 0 where the surface is flat, positive where it is convex as seen from the side of its normals, 0 at the boundary.
 * @param positions [vertices, 3].
 */
export function dihedralAngles(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  const left = facesToHalfEdges(faceNormals(positions, topology), topology);
  const right = np.take(left, topology.twin);
  const along = normalize(edgeVectors(positions, topology));
  // Normals without a face are zero, of which the arctangent makes 0.
  return np.arctan2(dotProduct(crossProduct(left, right), along), dotProduct(left, right));
}
