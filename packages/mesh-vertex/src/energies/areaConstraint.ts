import { np, type Tensor } from "@simgrad/core";
import { totalArea } from "../geometry/areas.js";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { checkOptionalNumbers, checkPositive } from "./checkParams.js";
import { numbersLike, relativeExcess, type ConstraintEnergy } from "./constraint.js";
import { namedEnergy } from "./energy.js";

/** Parameters of `areaConstraint`. */
export interface AreaConstraintParams {
  /** Area that the whole surface shall have, []. */
  readonly totalArea: Tensor;
  /** Energy per area, []. */
  readonly areaModulus: Tensor;
  /** Lagrange's multiplier, energy per area, []; default 0. */
  readonly surfaceTension?: Tensor;
}

/**
 * Energy that holds the area A of the whole surface at A0 = totalArea: surfaceTension (A - A0) + areaModulus / 2 (A -
 * A0)^2 / A0. Without the first part it is a penalty, and A misses A0 by what balances the other forces;
 * `augmentedLagrangian` finds the surface tension with which it does not.
 *
 * Source: Hestenes 1969, "Multiplier and gradient methods"; Nocedal and Wright 2006, "Numerical optimization",
 * section 17.3.
 */
export function areaConstraint(): ConstraintEnergy<AreaConstraintParams> {
  const name = "areaConstraint";
  const energy = namedEnergy<AreaConstraintParams>(
    name,
    ({ positions }, topology, params) => {
      const area = totalArea(positions, topology);
      const [wanted, modulus, tension] = numbersLike(area, params.totalArea, params.areaModulus, params.surfaceTension);
      const excess = area.sub(wanted);
      return excess.square().mul(modulus).div(wanted).mul(0.5).add(excess.mul(tension));
    },
    (params) => {
      checkPositive(name, "totalArea", params.totalArea);
      checkPositive(name, "areaModulus", params.areaModulus);
      checkOptionalNumbers(name, "surfaceTension", params.surfaceTension);
    },
  );
  const violation = ({ positions }: GeometricMesh, topology: HalfEdgeMesh, params: AreaConstraintParams): Tensor =>
    relativeExcess(totalArea(positions, topology), params.totalArea);
  return Object.assign(energy, {
    violation,
    updated: <All extends AreaConstraintParams>(geometry: GeometricMesh, topology: HalfEdgeMesh, params: All): All => ({
      ...params,
      surfaceTension: np.add(violation(geometry, topology, params).mul(params.areaModulus), params.surfaceTension ?? 0),
    }),
  });
}
