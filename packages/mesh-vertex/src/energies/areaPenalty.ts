import { np, type Tensor } from "@simgrad/core";
import { orientedAreas } from "../geometry/areas.js";
import type { Displacement } from "../geometry/displacement.js";
import { checkNumbers } from "./checkParams.js";
import { namedEnergy, type Energy } from "./energy.js";

/** Parameters of `areaPenalty`. */
export interface AreaPenaltyParams {
  /** Area below which a triangle is pushed back, []. */
  readonly smallestArea: Tensor;
}

/**
 * Energy that keeps the triangles of a mesh in the plane from collapsing and turning over: the mean over faces of
 * (area - smallestArea)^2 where the area, with its sign, is smaller than that, and 0 elsewhere. Its gradient is
 * continuous; `weightedEnergy` makes it strong.
 */
export function areaPenalty(options: { readonly displacement?: Displacement } = {}): Energy<AreaPenaltyParams> {
  const name = "areaPenalty";
  return namedEnergy<AreaPenaltyParams>(
    name,
    ({ positions }, topology, params) => {
      const smallest = np.asarray(params.smallestArea).astype(positions.dtype);
      const missing = np.minimum(orientedAreas(positions, topology, options.displacement).sub(smallest), 0);
      return missing.square().mean();
    },
    ({ smallestArea }) => checkNumbers(name, "smallestArea", smallestArea),
  );
}
