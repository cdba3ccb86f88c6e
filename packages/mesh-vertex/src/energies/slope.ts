import { valueAndGrad, type Tensor } from "@simgrad/core";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import type { Energy } from "./energy.js";

/**
 * Makes the function that gives an energy and its gradient by the positions, [vertices, dimension]: minus the forces.
 */
export function energyAndSlope<Params>(
  energy: Energy<Params>,
): (geometry: GeometricMesh, topology: HalfEdgeMesh, params: Params) => readonly [value: Tensor, slope: Tensor] {
  const ofPositions = valueAndGrad(
    (positions: Tensor, geometry: GeometricMesh, topology: HalfEdgeMesh, params: Params): Tensor =>
      energy(geometry.with({ positions }), topology, params),
  );
  // Parameters of a type that is not known here may be anything that is liftable.
  return (geometry, topology, params) => ofPositions(geometry.positions, geometry, topology, params as never);
}
