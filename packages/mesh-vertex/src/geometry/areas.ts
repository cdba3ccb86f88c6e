import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { faceSpans, type Displacement } from "./displacement.js";
import { crossPlane, dimensionOf, expectDimension, spannedArea } from "./vectors.js";

/**
 * Areas of the faces of a mesh in the plane: [faces], positive where a face runs counterclockwise.
 * @param positions [vertices, 2].
 * @throws ShapeError for positions in space, where areas have no sign.
 */
export function orientedAreas(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  expectDimension("orientedAreas", positions, 2);
  const [second, third] = faceSpans(positions, topology, displacement);
  return crossPlane(second, third).mul(0.5);
}

/** Areas of the faces, [faces], without sign. The derivative at a face without area is 0. */
export function faceAreas(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  const [second, third] = faceSpans(positions, topology, displacement);
  const area = spannedArea(second, third).mul(0.5);
  return dimensionOf("positions", positions) === 2 ? np.abs(area) : area;
}

/** Area of the whole surface, a 0-d tensor. */
export function totalArea(positions: Tensor, topology: HalfEdgeMesh, displacement?: Displacement): Tensor {
  return faceAreas(positions, topology, displacement).sum();
}
