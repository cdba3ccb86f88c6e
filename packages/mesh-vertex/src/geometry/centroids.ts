import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { faceCorners, faceSpans, type Displacement } from "./displacement.js";
import { edgeVectors } from "./lengths.js";

/**
 * Centroids of the faces, [faces, dimension]. In a periodic box they lie near the first corner of their face, perhaps
 * outside of the box.
 */
export function faceCentroids(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const [first] = faceCorners(positions, topology);
  const [second, third] = faceSpans(positions, topology, displacement);
  return first.add(second.add(third).div(3));
}

/**
 * Midpoints of the edges, [halfEdges, dimension]. In a periodic box they lie near the origin of their half-edge,
 * perhaps outside of the box.
 */
export function edgeMidpoints(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  return np.take(positions, topology.origin).add(edgeVectors(positions, topology, displacement).mul(0.5));
}
