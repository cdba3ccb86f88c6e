import { type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { faceCorners } from "./displacement.js";
import { crossProduct, dotProduct, expectDimension } from "./vectors.js";

/**
 * Volume that a closed surface encloses, a 0-d tensor: positive where the normals of its faces point outwards. Of a
 * surface with boundary it is that of the cone from the origin over it.
 * @param positions [vertices, 3].
 */
export function enclosedVolume(positions: Tensor, topology: HalfEdgeMesh): Tensor {
  expectDimension("enclosedVolume", positions, 3);
  const [a, b, c] = faceCorners(positions, topology);
  return dotProduct(a, crossProduct(b, c)).sum().div(6);
}
