import type { Tensor } from "@simgrad/core";
import { guardedRoot } from "../geometry/vectors.js";
import { namedEnergy, type Energy } from "./energy.js";
import { checkSheet, sheetEnergy, strainOf, type SheetParams, type Strain } from "./strain.js";

/** Parameters of `neoHookean`: moduli of the sheet, energy per area. */
export interface NeoHookeanParams extends SheetParams {
  /** [] or [faces]. */
  readonly shearModulus: Tensor;
  /** [] or [faces]. */
  readonly bulkModulus: Tensor;
}

/**
 * Energy of a neo-Hookean sheet: the sum over faces of density times area at rest, with the density mu / 2 (tr C / J
 * - 2) + K / 2 (J - 1)^2, where C is the metric seen from that at rest, and J = sqrt(det C) the ratio of areas. The
 * first part is shear alone, the second area alone. In the plane and in space; a face does not mind to be turned
 * over.
 *
 * Source: the two-dimensional form of the compressible model with split volume, as in Ogden 1997, "Non-linear elastic
 * deformations", section 7.2.
 */
export function neoHookean(): Energy<NeoHookeanParams> {
  const name = "neoHookean";
  return namedEnergy<NeoHookeanParams>(
    name,
    (geometry, topology, params) =>
      sheetEnergy(name, geometry, topology, params, (strain, each) =>
        densityOf(strain, each("shearModulus"), each("bulkModulus")),
      ),
    (params) => {
      const { shearModulus, bulkModulus } = params;
      checkSheet(name, params, { shearModulus, bulkModulus });
    },
  );
}

/** Density of `neoHookean`, energy per area at rest: metrics [..., 2, 2] each, to [...]. */
export function neoHookeanDensity(
  metric: Tensor,
  restMetric: Tensor,
  moduli: { readonly shearModulus: Tensor; readonly bulkModulus: Tensor },
): Tensor {
  return densityOf(strainOf(metric, restMetric), moduli.shearModulus, moduli.bulkModulus);
}

function densityOf({ trace, determinant }: Strain, shearModulus: Tensor, bulkModulus: Tensor): Tensor {
  const areaRatio = guardedRoot(determinant);
  const shear = trace.div(areaRatio).sub(2).mul(shearModulus);
  return shear.add(areaRatio.sub(1).square().mul(bulkModulus)).mul(0.5);
}
