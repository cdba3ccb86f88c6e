import { np, type Tensor } from "@simgrad/core";
import { enclosedVolume } from "../geometry/volume.js";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { checkOptionalNumbers, checkPositive } from "./checkParams.js";
import { numbersLike, relativeExcess, type ConstraintEnergy } from "./constraint.js";
import { namedEnergy } from "./energy.js";

/** Parameters of `volumeConstraint`. */
export interface VolumeConstraintParams {
  /** Volume that the closed surface shall enclose, []. */
  readonly totalVolume: Tensor;
  /** Energy per volume, []. */
  readonly volumeModulus: Tensor;
  /** Lagrange's multiplier, energy per volume, []: how much more the inside presses than the outside; default 0. */
  readonly pressure?: Tensor;
}

/**
 * Energy that holds the volume V inside of a closed surface at V0 = totalVolume: -pressure (V - V0) + volumeModulus /
 * 2 (V - V0)^2 / V0. Without the first part it is a penalty, and V misses V0 by what balances the other forces;
 * `augmentedLagrangian` finds the pressure with which it does not.
 *
 * Source: as for `areaConstraint`.
 */
export function volumeConstraint(): ConstraintEnergy<VolumeConstraintParams> {
  const name = "volumeConstraint";
  const energy = namedEnergy<VolumeConstraintParams>(
    name,
    ({ positions }, topology, params) => {
      const volume = enclosedVolume(positions, topology);
      const [wanted, modulus, pressure] = numbersLike(
        volume,
        params.totalVolume,
        params.volumeModulus,
        params.pressure,
      );
      const excess = volume.sub(wanted);
      return excess.square().mul(modulus).div(wanted).mul(0.5).sub(excess.mul(pressure));
    },
    (params) => {
      checkPositive(name, "totalVolume", params.totalVolume);
      checkPositive(name, "volumeModulus", params.volumeModulus);
      checkOptionalNumbers(name, "pressure", params.pressure);
    },
  );
  const violation = ({ positions }: GeometricMesh, topology: HalfEdgeMesh, params: VolumeConstraintParams): Tensor =>
    relativeExcess(enclosedVolume(positions, topology), params.totalVolume);
  return Object.assign(energy, {
    violation,
    updated: <All extends VolumeConstraintParams>(
      geometry: GeometricMesh,
      topology: HalfEdgeMesh,
      params: All,
    ): All => ({
      ...params,
      pressure: np.sub(params.pressure ?? 0, violation(geometry, topology, params).mul(params.volumeModulus)),
    }),
  });
}
