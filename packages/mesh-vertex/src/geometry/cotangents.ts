import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { straightDisplacement, type Displacement } from "./displacement.js";
import { dotProduct, guardedQuotient, spannedArea } from "./vectors.js";

/**
 * Cotangents of the angles opposite to the half-edges, each in the face of its half-edge: [halfEdges]; 0 along the
 * boundary, and in faces without area.
 *
 * In the plane they are negated where the face runs clockwise, so that areas and dual lengths made of them have signs.
 */
export function oppositeCotangents(
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement: Displacement = straightDisplacement,
): Tensor {
  // Along the boundary `next` is that of the loop: a vertex, so nothing is read outside, but no corner of a face.
  const apex = np.take(positions, np.take(topology.destination, topology.next));
  const toOrigin = displacement(apex, np.take(positions, topology.origin));
  const toDestination = displacement(apex, np.take(positions, topology.destination));
  const doubleArea = np.where(topology.isBoundaryHalfEdge, 0, spannedArea(toOrigin, toDestination));
  return guardedQuotient(dotProduct(toOrigin, toDestination), doubleArea);
}

/**
 * Cotangent weights of the half-edges, [halfEdges]: half the sum of the cotangents of the angles opposite to the
 * edge, the same on both halves. On the boundary the one angle counts. They are the ratio of the dual edge's length
 * to the edge's, and negative where the edge is not Delaunay.
 *
 * Source: Pinkall and Polthier 1993, "Computing discrete minimal surfaces and their conjugates", eq. 3.
 */
export function cotangentWeights(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const own = oppositeCotangents(positions, topology, displacement);
  return own.add(np.take(own, topology.twin)).mul(0.5);
}
