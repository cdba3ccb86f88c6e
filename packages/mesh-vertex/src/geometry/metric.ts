import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { faceSpans, type Displacement } from "./displacement.js";
import { dotProduct, guardedRoot } from "./vectors.js";

/**
 * Metrics (first fundamental forms) of the faces, [faces, 2, 2]: inner products of the vectors from the first corner
 * of each face to its second and to its third. They tell all lengths and angles in a face, and do not change where it
 * moves or turns.
 */
export function faceMetrics(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const [u, v] = faceSpans(positions, topology, displacement);
  const uv = dotProduct(u, v);
  return np.stack([np.stack([dotProduct(u, u), uv], 1), np.stack([uv, dotProduct(v, v)], 1)], 1);
}

/** Areas of triangles with given metrics: [..., 2, 2] to [...], 0 where a metric is of no triangle. */
export function areaFromMetric(metric: Tensor): Tensor {
  return guardedRoot(determinant2(metric)).mul(0.5);
}

/** Entry of 2 x 2 matrices: [..., 2, 2] to [...]. */
export function entry2(matrices: Tensor, row: 0 | 1, column: 0 | 1): Tensor {
  return matrices.slice(...Array.from({ length: matrices.ndim - 2 }, () => null), row, column);
}

/** Determinants of 2 x 2 matrices: [..., 2, 2] to [...]. */
export function determinant2(matrices: Tensor): Tensor {
  const diagonal = entry2(matrices, 0, 0).mul(entry2(matrices, 1, 1));
  return diagonal.sub(entry2(matrices, 0, 1).mul(entry2(matrices, 1, 0)));
}
