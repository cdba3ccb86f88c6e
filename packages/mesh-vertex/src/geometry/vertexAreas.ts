import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { sumCornersToVertices, sumFacesToVertices } from "../operators/adjacency.js";
import { faceAreas } from "./areas.js";
import { faceSpans, type Displacement } from "./displacement.js";
import { dotProduct, spannedArea } from "./vectors.js";
import { voronoiCornerAreas } from "./voronoi.js";

/**
 * Areas of the vertices, [vertices], that are never negative: those of the Voronoi cells, except that an obtuse face
 * gives half of itself to its obtuse corner and a quarter to each of the others.
 *
 * Source: Meyer et al. 2003, "Discrete differential-geometry operators for triangulated 2-manifolds", figure 4.
 */
export function mixedAreas(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  return sumCornersToVertices(mixedCornerAreas(positions, topology, displacement), topology);
}

/** Parts of the faces that belong to their corners, [faces, 3], never negative: what `mixedAreas` sums. */
export function mixedCornerAreas(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const [second, third] = faceSpans(positions, topology, displacement);
  const area = spannedArea(second, third).abs().mul(0.5);
  const obtuse = np.less(cornerProducts(second, third), 0);
  const ofObtuse = np.where(obtuse, 0.5, 0.25).astype(area.dtype).mul(area.expandDims(1));
  const isObtuse = obtuse.any({ axis: 1, keepDims: true });
  return np.where(isObtuse, ofObtuse, voronoiCornerAreas(positions, topology, displacement).abs());
}

/** Inner products of the two sides at each corner of the faces, [faces, 3]: negative at an obtuse corner. */
function cornerProducts(second: Tensor, third: Tensor): Tensor {
  const opposite = third.sub(second);
  return np.stack([dotProduct(second, third), dotProduct(second, opposite).neg(), dotProduct(third, opposite)], 1);
}

/** A third of the faces around each vertex, [vertices]. */
export function barycentricAreas(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  return sumFacesToVertices(faceAreas(positions, topology, displacement).div(3), topology);
}
