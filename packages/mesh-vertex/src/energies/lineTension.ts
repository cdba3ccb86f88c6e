import { np, type Tensor } from "@simgrad/core";
import { edgeLengths } from "../geometry/lengths.js";
import { checkParam, expectOneOrEach } from "./checkParams.js";
import { namedEnergy, type Energy } from "./energy.js";

/** Parameters of `lineTension`. */
export interface LineTensionParams {
  /**
   * Energy per length, [] or [halfEdges]; both halves of an edge count, each with half its length. Negative: edges
   * would like to grow.
   */
  readonly tension: Tensor;
}

/**
 * Energy of edges in proportion to their lengths, as cable tension between cells: the sum over edges of tension times
 * length.
 */
export function lineTension(): Energy<LineTensionParams> {
  const name = "lineTension";
  return namedEnergy<LineTensionParams>(
    name,
    ({ positions }, topology, params) => {
      const tension = np.asarray(params.tension);
      expectOneOrEach(name, "tension", tension, topology.halfEdgeCount, "half-edges");
      return edgeLengths(positions, topology).mul(tension).sum().mul(0.5);
    },
    ({ tension }) => checkParam(name, "tension", tension, Number.isFinite, "finite numbers"),
  );
}
