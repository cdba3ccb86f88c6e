import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { faceCorners } from "./displacement.js";
import { faceNormals, vertexNormals } from "./normals.js";
import { projectOut } from "./projection.js";
import { crossProduct, normalize } from "./vectors.js";

/** Orthonormal bases, right-handed: x cross y is the normal. [elements, 3] each. */
export interface TangentBases {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly normal: Tensor;
}

/** Bases of the planes of the faces; x runs along the half-edge of the face, `topology.halfEdgeOfFace`. */
export function faceTangentBases(positions: Tensor, topology: HalfEdgeMesh): TangentBases {
  const [first, second] = faceCorners(positions, topology);
  const normal = faceNormals(positions, topology);
  const x = normalize(second.sub(first));
  return { x, y: crossProduct(normal, x), normal };
}

/**
 * Bases of the tangent planes at the vertices, perpendicular to `vertexNormals`; x is the direction of the vertex's
 * half-edge, `topology.halfEdgeOfVertex`, seen in the plane.
 */
export function vertexTangentBases(positions: Tensor, topology: HalfEdgeMesh): TangentBases {
  const normal = vertexNormals(positions, topology);
  const toNeighbour = np.take(positions, np.take(topology.destination, topology.halfEdgeOfVertex)).sub(positions);
  const x = normalize(projectOut(toNeighbour, normal));
  return { x, y: crossProduct(normal, x), normal };
}
