import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { angleSums, cornerAngles, originAngles } from "./cornerAngles.js";
import { edgeVectors } from "./lengths.js";
import { faceTangentBases } from "./tangentBases.js";
import { dotProduct } from "./vectors.js";

/**
 * Parallel transport across the edges, [halfEdges], in radians: a vector with angle a in the basis of the face on the
 * left of a half-edge (see `faceTangentBases`) has angle a + transport in the basis of the face on its right, once
 * the two faces are unfolded. -pi to pi; twins have opposite values; 0 at the boundary.
 *
 * Summed round a vertex, from face to face counterclockwise, it is the vertex's angle defect, up to whole turns.
 */
export function transportAcross(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  const { x, y } = faceTangentBases(positions, topology);
  const along = edgeVectors(positions, topology);
  const face = np.maximum(topology.face, 0);
  const own = np.arctan2(dotProduct(along, np.take(y, face)), dotProduct(along, np.take(x, face)));
  // The twin runs the other way: its angle is that of this half-edge, seen from over there, and half a turn.
  const there = np.take(own, topology.twin).add(Math.PI);
  return np.where(topology.isBoundaryEdge, 0, antisymmetric(there.sub(own), topology));
}

/**
 * Parallel transport along the half-edges, [halfEdges], in radians: a tangent vector with angle a at the origin has
 * angle a + transport at the destination. Angles at a vertex are those of `halfEdgeDirections`. -pi to pi; twins have
 * opposite values.
 *
 * Summed round a face, it is the curvature of the face in this connection: the sum of its scaled angles less pi, up
 * to whole turns.
 *
 * Source: Knöppel et al. 2013, "Globally optimal direction fields", section 6.
 */
export function transportAlong(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  const own = halfEdgeDirections(positions, topology);
  const there = np.take(own, topology.twin).add(Math.PI);
  return antisymmetric(there.sub(own), topology);
}

/**
 * Angles of the faces at their corners, [faces, 3], stretched so that those round a vertex sum to 2 pi. At the
 * boundary they are as they are.
 */
export function scaledCornerAngles(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  const scale = np.take(angleScale(positions, topology), topology.faces);
  return cornerAngles(positions, topology).mul(scale);
}

/**
 * Directions of the half-edges in the tangent spaces of their origins, [halfEdges], in radians: 0 for the half-edge
 * of the vertex, `topology.halfEdgeOfVertex`, then counterclockwise, each by the scaled angle of the face between. At
 * the boundary the outside takes what is missing to 2 pi.
 */
export function halfEdgeDirections(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  const sums = angleSums(positions, topology);
  const origin = topology.origin;
  const angles = originAngles(positions, topology).mul(np.take(angleScale(positions, topology), origin));
  const outside = np.take(sums.neg().add(2 * Math.PI), origin);
  const toNext = np.where(topology.isBoundaryHalfEdge, outside, angles);
  // Each half-edge knows the one before it round its origin, and the angle from there. Doubling the reach again and
  // again gives the angle from the
  // first one, which points to itself.
  const before = np.take(topology.next, topology.twin);
  const own = np.arange(topology.halfEdgeCount, { dtype: "int32" });
  const isFirst = np.equal(np.take(topology.halfEdgeOfVertex, origin), own);
  let from = np.where(isFirst, own, before);
  let direction = np.where(isFirst, 0, np.take(toNext, before));
  for (let reach = 1; reach < topology.vertexCount; reach *= 2) {
    direction = direction.add(np.take(direction, from));
    from = np.take(from, from);
  }
  return direction;
}

function angleScale(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  const sums = angleSums(positions, topology);
  return np.where(topology.isBoundaryVertex, 1, sums.reciprocal().mul(2 * Math.PI));
}

/** Angles brought to -pi to pi on one half of each edge; the other half has the negative, to the bit. */
function antisymmetric(angles: Tensor, topology: HalfEdgeMesh): Tensor {
  const turns = np.round(angles.div(2 * Math.PI)).mul(2 * Math.PI);
  const wrapped = angles.sub(turns);
  const isForward = np.less(topology.origin, topology.destination);
  return np.where(isForward, wrapped, np.take(wrapped, topology.twin).neg());
}
