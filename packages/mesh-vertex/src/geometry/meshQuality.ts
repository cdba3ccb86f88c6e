import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { faceAreas, orientedAreas } from "./areas.js";
import { cornerAngles } from "./cornerAngles.js";
import { cotangentWeights } from "./cotangents.js";
import type { Displacement } from "./displacement.js";
import { dimensionOf } from "./vectors.js";

/** How well shaped the faces of a mesh are; 0-d tensors. */
export interface MeshQuality {
  readonly area: {
    readonly min: Tensor;
    readonly max: Tensor;
    /** Standard deviation divided by mean. */
    readonly cv: Tensor;
  };
  /** Angles of the faces, in degrees, without sign. */
  readonly angle: { readonly min: Tensor; readonly max: Tensor; readonly std: Tensor };
  /** int32: faces of a mesh in the plane that run clockwise, so that they lie over their neighbours; 0 in space. */
  readonly clockwiseFaces: Tensor;
  /** int32: inner edges whose opposite angles sum to more than 180 degrees. */
  readonly nonDelaunayEdges: Tensor;
}

/**
 * Statistics of the faces' areas and angles, and the number of edges that are not Delaunay.
 * @example
 * meshQuality(positions, topology).angle.min.item(); // degrees
 */
export function meshQuality(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): MeshQuality {
  const areas = faceAreas(positions, topology, displacement);
  const angles = cornerAngles(positions, topology, displacement)
    .abs()
    .mul(180 / Math.PI);
  return {
    area: { min: np.min(areas), max: np.max(areas), cv: np.std(areas).div(np.mean(areas)) },
    angle: { min: np.min(angles), max: np.max(angles), std: np.std(angles) },
    clockwiseFaces: clockwiseFaces(positions, topology, displacement),
    nonDelaunayEdges: isNotDelaunay(positions, topology, displacement).astype("int32").sum().floorDivide(2),
  };
}

/**
 * Whether the opposite angles of a half-edge's edge sum to more than 180 degrees, [halfEdges] bool, the same on both
 * halves; never on the boundary.
 */
export function isNotDelaunay(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const isNegative = np.less(cotangentWeights(positions, topology, displacement), 0);
  return np.logicalAnd(isNegative, np.logicalNot(topology.isBoundaryEdge));
}

function clockwiseFaces(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  if (dimensionOf("positions", positions) === 3) return np.zeros([], "int32");
  return np
    .less(orientedAreas(positions, topology, displacement), 0)
    .astype("int32")
    .sum();
}
