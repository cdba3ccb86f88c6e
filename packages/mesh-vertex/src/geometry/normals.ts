import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { facesToHalfEdges, sumCornersToVertices, sumFacesToVertices } from "../operators/adjacency.js";
import { cornerAngles } from "./cornerAngles.js";
import { faceSpans, type Displacement } from "./displacement.js";
import { crossProduct, expectDimension, normalize } from "./vectors.js";

/**
 * How the normals of the faces round a vertex are weighted: by their angles there, which makes the result independent
 * of the triangulation, or by their areas.
 */
export type NormalWeights = "angle" | "area";

/** Unit normals of the faces times their areas: [faces, 3]. */
export function areaVectors(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  expectDimension("areaVectors", positions, 3);
  const [second, third] = faceSpans(positions, topology, displacement);
  return crossProduct(second, third).mul(0.5);
}

/**
 * Unit normals of the faces, [faces, 3], on the side from which they are counterclockwise; zero where a face has no
 * area.
 */
export function faceNormals(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  return normalize(areaVectors(positions, topology, displacement));
}

/**
 * Unit normals at the vertices, [vertices, 3]: normalized sums of those of their faces.
 *
 * Source of the weights by angle: Thürmer and Wüthrich 1998, "Computing vertex normals from polygonal facets".
 */
export function vertexNormals(positions: Tensor, topology: HalfEdgeMesh, weights: NormalWeights = "angle"): Tensor {
  const vectors = areaVectors(positions, topology);
  if (weights === "area") return normalize(sumFacesToVertices(vectors, topology));
  const weighted = cornerAngles(positions, topology).expandDims(2).mul(normalize(vectors).expandDims(1));
  return normalize(sumCornersToVertices(weighted, topology));
}

/**
 * Unit normals at the edges, [halfEdges, 3], the same on both halves: normalized sums of those of their faces; at the
 * boundary that of the one face.
 */
export function edgeNormals(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  const left = facesToHalfEdges(faceNormals(positions, topology), topology);
  return normalize(left.add(np.take(left, topology.twin)));
}
