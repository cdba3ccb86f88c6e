import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";

/** Sums values of half-edges over those that leave each vertex: [halfEdges, ...] to [vertices, ...]. */
export function sumOutgoing(values: Tensor, topology: HalfEdgeMesh): Tensor {
  return sumAt(values, topology.origin, topology.vertexCount);
}

/** Sums values of half-edges over those that arrive at each vertex: [halfEdges, ...] to [vertices, ...]. */
export function sumIncoming(values: Tensor, topology: HalfEdgeMesh): Tensor {
  return sumAt(values, topology.destination, topology.vertexCount);
}

/**
 * Sums values of half-edges over those that lie opposite to each vertex in a face: [halfEdges, ...] to [vertices,
 * ...]. Half-edges along the boundary lie opposite to none.
 */
export function sumOpposite(values: Tensor, topology: HalfEdgeMesh): Tensor {
  return sumAt(insideOnly(values, topology), np.take(topology.destination, topology.next), topology.vertexCount);
}

/**
 * Sums values of half-edges round each face: [halfEdges, ...] to [faces, ...]. Of an exterior derivative this is the
 * circulation, which is 0.
 */
export function sumAroundFaces(values: Tensor, topology: HalfEdgeMesh): Tensor {
  const [first, second, third] = topology.halfEdgesOfFaces;
  return np.take(values, first).add(np.take(values, second)).add(np.take(values, third));
}

/** Values of the faces on the left of the half-edges: [faces, ...] to [halfEdges, ...], 0 along the boundary. */
export function facesToHalfEdges(values: Tensor, topology: HalfEdgeMesh): Tensor {
  return insideOnly(np.take(values, np.maximum(topology.face, 0)), topology);
}

/** Sums values of faces over those that meet in each vertex: [faces, ...] to [vertices, ...]. */
export function sumFacesToVertices(values: Tensor, topology: HalfEdgeMesh): Tensor {
  const faces = topology.faces;
  let sum = np.zeros([topology.vertexCount, ...values.shape.slice(1)], values.dtype);
  for (let corner = 0; corner < 3; corner++) sum = sum.at(faces.slice(null, corner)).add(values);
  return sum;
}

/** Sums values of corners, in the order of `topology.faces`, at their vertices: [faces, 3, ...] to [vertices, ...]. */
export function sumCornersToVertices(values: Tensor, topology: HalfEdgeMesh): Tensor {
  const faces = topology.faces;
  let sum = np.zeros([topology.vertexCount, ...values.shape.slice(2)], values.dtype);
  for (let corner = 0; corner < 3; corner++) sum = sum.at(faces.slice(null, corner)).add(values.slice(null, corner));
  return sum;
}

/** Means of values of faces over those that meet in each vertex: [faces, ...] to [vertices, ...]. */
export function averageFacesToVertices(values: Tensor, topology: HalfEdgeMesh): Tensor {
  const count = sumFacesToVertices(np.ones([topology.faceCount], values.dtype), topology);
  return sumFacesToVertices(values, topology).div(asColumn(count, values.ndim));
}

/** Sums values of vertices over the three of each face: [vertices, ...] to [faces, ...]. */
export function sumVerticesToFaces(values: Tensor, topology: HalfEdgeMesh): Tensor {
  const faces = topology.faces;
  const at = (corner: number): Tensor => np.take(values, faces.slice(null, corner));
  return at(0).add(at(1)).add(at(2));
}

/** Means of values of vertices over the three of each face: [vertices, ...] to [faces, ...]. */
export function averageVerticesToFaces(values: Tensor, topology: HalfEdgeMesh): Tensor {
  return sumVerticesToFaces(values, topology).div(3);
}

/** Means of values of neighbours: [vertices, ...] to [vertices, ...]. */
export function averageNeighbours(values: Tensor, topology: HalfEdgeMesh): Tensor {
  const sum = sumOutgoing(np.take(values, topology.destination), topology);
  return sum.div(asColumn(coordinationNumbers(topology).astype(values.dtype), values.ndim));
}

/** Numbers of neighbours of the vertices: int32 [vertices]. */
export function coordinationNumbers(topology: HalfEdgeMesh): Tensor {
  return sumOutgoing(np.ones([topology.halfEdgeCount], "int32"), topology);
}

/**
 * Differences of values along the half-edges, destination less origin: [vertices, ...] to [halfEdges, ...]. A twin
 * has the negative one.
 */
export function exteriorDerivative(values: Tensor, topology: HalfEdgeMesh): Tensor {
  return np.take(values, topology.destination).sub(np.take(values, topology.origin));
}

function sumAt(values: Tensor, indices: Tensor, count: number): Tensor {
  return np
    .zeros([count, ...values.shape.slice(1)], values.dtype)
    .at(indices)
    .add(values);
}

function insideOnly(values: Tensor, topology: HalfEdgeMesh): Tensor {
  return np.where(asColumn(topology.isBoundaryHalfEdge, values.ndim), 0, values);
}

/** A vector with axes of length 1 behind its own, so that it is broadcast along them. */
function asColumn(vector: Tensor, ndim: number): Tensor {
  return ndim === 1 ? vector : vector.reshape([vector.size, ...Array.from({ length: ndim - 1 }, () => 1)]);
}
