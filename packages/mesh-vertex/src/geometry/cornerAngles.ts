import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { sumCornersToVertices } from "../operators/adjacency.js";
import { faceSpans, type Displacement } from "./displacement.js";
import { dotProduct, spannedArea } from "./vectors.js";

/**
 * Angles of the faces at their corners, [faces, 3] in the order of `topology.faces`, in radians. In the plane those
 * of a clockwise face are negative.
 */
export function cornerAngles(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const [second, third] = faceSpans(positions, topology, displacement);
  const opposite = third.sub(second);
  const area = spannedArea(second, third);
  const products = [dotProduct(second, third), dotProduct(second, opposite).neg(), dotProduct(third, opposite)];
  return np.stack(
    products.map((product) => np.arctan2(area, product)),
    1,
  );
}

/** Angles of the faces at the origins of their half-edges, [halfEdges]: 0 along the boundary. */
export function originAngles(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const angles = cornerAngles(positions, topology, displacement);
  let result = np.zeros([topology.halfEdgeCount], angles.dtype);
  topology.halfEdgesOfFaces.forEach((halfEdges, corner) => {
    result = result.at(halfEdges).add(angles.slice(null, corner));
  });
  return result;
}

/**
 * Sums of the angles of the faces round the vertices, [vertices]: 2 pi where the surface is flat and not at its
 * boundary.
 */
export function angleSums(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  return sumCornersToVertices(cornerAngles(positions, topology, displacement), topology);
}
