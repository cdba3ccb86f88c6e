import { np, type Tensor } from "@simgrad/core";
import { cellMeasures, type CellOptions } from "./cells.js";
import { checkNumbers, expectOneOrEach } from "./checkParams.js";
import { namedEnergy, type Energy } from "./energy.js";

/** Parameters of `contractility`. */
export interface ContractilityParams {
  /** How strongly the cortex of a cell contracts, [] or [vertices]. */
  readonly contractility: Tensor;
}

/**
 * Energy of contractile cells: the sum over cells of half of contractility times perimeter squared.
 *
 * Source: Farhadifar et al. 2007, "The influence of cell mechanics, cell-cell interactions, and proliferation on
 * epithelial packing", eq. 1.
 */
export function contractility(options: CellOptions = {}): Energy<ContractilityParams> {
  const name = "contractility";
  return namedEnergy<ContractilityParams>(
    name,
    (geometry, topology, params) => {
      const strength = np.asarray(params.contractility).astype(geometry.positions.dtype);
      expectOneOrEach(name, "contractility", strength, topology.vertexCount, "vertices");
      return cellMeasures(geometry, topology, options).perimeters.square().mul(strength).sum().mul(0.5);
    },
    (params) => checkNumbers(name, "contractility", params.contractility),
  );
}
