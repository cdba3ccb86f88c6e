import { np, type Tensor } from "@simgrad/core";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";

/**
 * The vector from one point to another, [..., dimension] twice, to [..., dimension]. In a periodic box it is the
 * shortest of those to the images of the second point: see `periodicDisplacement` and `shearedDisplacement`.
 * Functions that take none use `straightDisplacement`.
 */
export type Displacement = (from: Tensor, to: Tensor) => Tensor;

/** The difference of two points: what a displacement is where space is not periodic. */
export const straightDisplacement: Displacement = (from, to) => to.sub(from);

/** Positions of the corners of all faces, [faces, dimension] each, in the order of `topology.faces`. */
export function faceCorners(positions: Tensor, topology: HalfEdgeMesh): readonly [Tensor, Tensor, Tensor] {
  const [first, second] = topology.halfEdgesOfFaces;
  return [
    np.take(positions, np.take(topology.origin, first)),
    np.take(positions, np.take(topology.destination, first)),
    np.take(positions, np.take(topology.destination, second)),
  ];
}

/** Vectors from the first corner of each face to its second and to its third: [faces, dimension] each. */
export function faceSpans(
  positions: Tensor,
  topology: HalfEdgeMesh,
  displacement: Displacement = straightDisplacement,
): readonly [second: Tensor, third: Tensor] {
  const [a, b, c] = faceCorners(positions, topology);
  return [displacement(a, b), displacement(a, c)];
}
