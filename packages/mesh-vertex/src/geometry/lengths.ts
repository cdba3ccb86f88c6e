import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { straightDisplacement, type Displacement } from "./displacement.js";
import { vectorLength } from "./vectors.js";

/** Vectors along the half-edges, from origin to destination: [halfEdges, dimension]. */
export function edgeVectors(
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement: Displacement = straightDisplacement,
): Tensor {
  return displacement(np.take(positions, topology.origin), np.take(positions, topology.destination));
}

/**
 * Lengths of the half-edges: [halfEdges], each edge's twice. The derivative at an edge without length is 0.
 * @param positions [vertices, 2 or 3].
 */
export function edgeLengths(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  return vectorLength(edgeVectors(positions, topology, displacement));
}
