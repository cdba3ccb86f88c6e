import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { sumOutgoing } from "../operators/adjacency.js";
import { cotangentLaplacian } from "../operators/laplacian.js";
import { angleSums } from "./cornerAngles.js";
import { dihedralAngles } from "./dihedral.js";
import { edgeLengths } from "./lengths.js";
import { vertexNormals } from "./normals.js";
import { dotProduct, guardedQuotient } from "./vectors.js";
import { mixedAreas } from "./vertexAreas.js";

/**
 * Angle defects of the vertices, [vertices]: 2 pi less the sum of the angles round a vertex, which is the Gaussian
 * curvature integrated over its cell. At the boundary pi less the sum: the turn of the boundary, so that all of them
 * sum to 2 pi times the Euler characteristic (Gauss-Bonnet).
 */
export function angleDefects(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  const sums = angleSums(positions, topology);
  return np
    .where(topology.isBoundaryVertex, Math.PI, 2 * Math.PI)
    .astype(sums.dtype)
    .sub(sums);
}

/**
 * Gaussian curvature at the vertices, [vertices]: angle defects divided by areas; 0 at the boundary, where the defect
 * is the turn of a curve.
 * @param areas [vertices]; `mixedAreas` when left out.
 */
export function gaussianCurvature(positions: Tensor, topology: HalfEdgeMesh, areas?: Tensor): Tensor {
  const curvature = guardedQuotient(angleDefects(positions, topology), areas ?? mixedAreas(positions, topology));
  return np.where(topology.isBoundaryVertex, 0, curvature);
}

/**
 * Mean curvature integrated over the vertices' cells, [vertices]: a quarter of the sum of dihedral angle times length
 * over the edges of a vertex. Positive where the surface is convex as seen from the side of its normals: 1/R per area
 * on a sphere of radius R with outward normals.
 *
 * Source: Steiner's formula; Cohen-Steiner and Morvan 2003, "Restricted Delaunay triangulations and normal cycle".
 */
export function integratedMeanCurvature(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  const ofEdges = dihedralAngles(positions, topology).mul(edgeLengths(positions, topology));
  return sumOutgoing(ofEdges.mul(0.25), topology);
}

/**
 * Mean curvature at the vertices by dihedral angles, [vertices]: `integratedMeanCurvature` divided by areas, those of
 * `mixedAreas` when left out.
 */
export function meanCurvatureDihedral(positions: Tensor, topology: HalfEdgeMesh, areas?: Tensor): Tensor {
  return guardedQuotient(integratedMeanCurvature(positions, topology), areas ?? mixedAreas(positions, topology));
}

/**
 * Mean curvature vectors integrated over the vertices' cells, [vertices, 3]: half the cotangent Laplacian of the
 * positions, which is mean curvature times normal. Twice it is the derivative of the area with respect to the
 * position. At the boundary it includes the pull of the surface on its rim.
 */
export function meanCurvatureVectors(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  return cotangentLaplacian(positions, positions, topology).mul(0.5);
}

/**
 * Mean curvature at the vertices by the Laplacian of the positions, [vertices]: the part of `meanCurvatureVectors`
 * along the normals, divided by areas; 0 at the boundary, where it would be the pull of the surface on its rim. 1/R
 * on a sphere of radius R with outward normals.
 * @param areas [vertices]; `mixedAreas` when left out.
 */
export function meanCurvatureLaplace(positions: Tensor, topology: HalfEdgeMesh, areas?: Tensor): Tensor {
  const along = dotProduct(meanCurvatureVectors(positions, topology), vertexNormals(positions, topology));
  const curvature = guardedQuotient(along, areas ?? mixedAreas(positions, topology));
  return np.where(topology.isBoundaryVertex, 0, curvature);
}
