import { np, type Tensor } from "@simgrad/core";
import { cotangentWeights } from "../geometry/cotangents.js";
import type { Displacement } from "../geometry/displacement.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";

/**
 * Whether edges are locally Delaunay, [halfEdges] bool: the angles opposite to an edge sum to at most pi, which in
 * the plane means that neither corner lies in the circle through the other face. Edges of the boundary always are.
 *
 * @param positions [vertices, 2 or 3].
 * @param topology
 * @param options
 * @param options.tolerance how far half the sum of the cotangents may be below 0, for corners on one circle. Default
 *   1e-10, in float32 1e-5.
 * @param options.displacement between points, in periodic boxes.
 */
export function isLocallyDelaunay(
  positions: Tensor,
  topology: HalfEdgeMesh,
  options: { readonly tolerance?: number; readonly displacement?: Displacement } = {},
): Tensor {
  const { tolerance = positions.dtype === "float32" ? 1e-5 : 1e-10 } = options;
  const weights = cotangentWeights(positions, topology, options.displacement);
  return np.logicalOr(topology.isBoundaryEdge, weights.greaterEqual(-tolerance));
}
