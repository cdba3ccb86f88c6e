import { np, type Tensor } from "@simgrad/core";
import { faceSpans, type Displacement } from "../geometry/displacement.js";
import { edgeVectors } from "../geometry/lengths.js";
import { perpendicular } from "../geometry/rotation.js";
import {
  crossPlane,
  crossProduct,
  dimensionOf,
  dotProduct,
  guardedQuotient,
  normalize,
  spannedArea,
  vectorLength,
} from "../geometry/vectors.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { facesToHalfEdges, sumCornersToVertices } from "./adjacency.js";

/**
 * Gradients in the faces of what is linear in them, [faces, dimension], tangent to the faces; zero where a face has
 * no area. Exact for linear functions.
 * @param values [vertices].
 */
export function faceGradients(
  values: Tensor,
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): Tensor {
  const faces = topology.faces;
  const at = (corner: number): Tensor => np.take(values, faces.slice(null, corner));
  const { second, third } = hatGradients(positions, topology, displacement);
  const rise = (corner: number): Tensor => at(corner).sub(at(0)).expandDims(1);
  return second.mul(rise(1)).add(third.mul(rise(2)));
}

/**
 * Divergences of vectors that are constant in each face, integrated over the vertices' cells: [faces, dimension] to
 * [vertices]. It is the negative adjoint of `faceGradients`: the sum of values times divergences is minus that of
 * area times gradient times vector; and -divergence(faceGradients(u)) is `cotangentLaplacian` of u.
 */
export function divergence(
  vectors: Tensor,
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): Tensor {
  const { second, third, area } = hatGradients(positions, topology, displacement);
  const [atSecond, atThird] = [dotProduct(second, vectors).mul(area), dotProduct(third, vectors).mul(area)];
  const corners = np.stack([atSecond.add(atThird), atSecond.neg(), atThird.neg()], 1);
  return sumCornersToVertices(corners, topology);
}

/**
 * Derivatives of what is linear in the faces, along the outward normals of their edges: [halfEdges], each in the face
 * on its left, out of which it points. 0 along the boundary; what leaves the mesh is at its twins.
 * @param values [vertices].
 */
export function normalDerivative(
  values: Tensor,
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): Tensor {
  const length = vectorLength(edgeVectors(positions, topology, displacement));
  return guardedQuotient(edgeFlux(values, positions, topology, displacement), length);
}

/**
 * Fluxes of the gradient of what is linear in the faces, out of the face on the left of each half-edge: [halfEdges],
 * the normal derivative times the edge's length. The three of a face sum to 0. 0 along the boundary.
 * @param values [vertices].
 */
export function edgeFlux(
  values: Tensor,
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): Tensor {
  const gradients = facesToHalfEdges(faceGradients(values, positions, topology, displacement), topology);
  return dotProduct(gradients, outwardVectors(positions, topology, displacement));
}

/**
 * Vectors in the faces, perpendicular to the half-edges and as long, that point out of the face: [halfEdges,
 * dimension].
 */
function outwardVectors(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const along = edgeVectors(positions, topology, displacement);
  const [second, third] = faceSpans(positions, topology, displacement);
  if (dimensionOf("positions", positions) === 2) {
    const turn = facesToHalfEdges(np.sign(crossPlane(second, third)), topology);
    return perpendicular(along).mul(turn.neg().expandDims(1));
  }
  const normals = facesToHalfEdges(normalize(crossProduct(second, third)), topology);
  return crossProduct(along, normals);
}

/**
 * Gradients of the functions that are 1 at the second, or third, corner of each face, and 0 at the others; and areas
 * of the faces.
 */
function hatGradients(
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement?: Displacement,
): { readonly second: Tensor; readonly third: Tensor; readonly area: Tensor } {
  const [u, v] = faceSpans(positions, topology, displacement);
  const [uu, vv, uv] = [dotProduct(u, u), dotProduct(v, v), dotProduct(u, v)];
  const doubleArea = spannedArea(u, v);
  const determinant = doubleArea.square();
  const quotient = (numerator: Tensor): Tensor => guardedQuotient(numerator, determinant).expandDims(1);
  return {
    second: u.mul(quotient(vv)).sub(v.mul(quotient(uv))),
    third: v.mul(quotient(uu)).sub(u.mul(quotient(uv))),
    area: doubleArea.abs().mul(0.5),
  };
}
