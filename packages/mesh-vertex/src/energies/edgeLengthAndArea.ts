import type { Tensor } from "@simgrad/core";
import { orientedAreas } from "../geometry/areas.js";
import { edgeLengths } from "../geometry/lengths.js";
import { checkPositive } from "./checkParams.js";
import { namedEnergy, type Energy } from "./energy.js";

/** Parameters of `edgeLengthAndArea`. */
export interface RestLengthParams {
  /** Length that every edge would like to have, []. */
  readonly restLength: Tensor;
}

/**
 * Energy of a mesh in the plane whose triangles would like to be equilateral, of one size: the mean over half-edges
 * of (l / l0 - 1)^2, plus the mean over faces of (A / A0 - 1)^2, where A0 = sqrt(3) / 4 l0^2 is the area of the
 * equilateral triangle. It has no unit. A is oriented, so that a triangle that is turned over is pushed back.
 */
export function edgeLengthAndArea(): Energy<RestLengthParams> {
  const name = "edgeLengthAndArea";
  return namedEnergy<RestLengthParams>(
    name,
    ({ positions }, topology, { restLength }) => {
      const lengths = edgeLengths(positions, topology);
      const restArea = restLength.square().mul(Math.sqrt(3) / 4);
      const areas = orientedAreas(positions, topology);
      return lengths.div(restLength).sub(1).square().mean().add(areas.div(restArea).sub(1).square().mean());
    },
    ({ restLength }) => checkPositive(name, "restLength", restLength),
  );
}
