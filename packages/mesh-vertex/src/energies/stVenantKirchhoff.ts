import type { Tensor } from "@simgrad/core";
import { namedEnergy, type Energy } from "./energy.js";
import { checkSheet, sheetEnergy, strainOf, type SheetParams, type Strain } from "./strain.js";

/** Parameters of `stVenantKirchhoff`: Lamé's moduli of the sheet, energy per area. */
export interface StVenantKirchhoffParams extends SheetParams {
  /** Lamé's first parameter lambda, [] or [faces]. */
  readonly lameModulus: Tensor;
  /** Lamé's second parameter mu, [] or [faces]. */
  readonly shearModulus: Tensor;
}

/**
 * Energy of a sheet of the St. Venant-Kirchhoff model: the sum over faces of density times area at rest, with the
 * density lambda / 2 (tr E)^2 + mu tr(E^2), where E = (C - 1) / 2 is Green's strain of the metric seen from that at
 * rest. Good for large turns and small strains; it does not resist collapse of a face. In the plane and in space.
 *
 * Source: Ciarlet 1988, "Mathematical elasticity I", section 4.4.
 */
export function stVenantKirchhoff(): Energy<StVenantKirchhoffParams> {
  const name = "stVenantKirchhoff";
  return namedEnergy<StVenantKirchhoffParams>(
    name,
    (geometry, topology, params) =>
      sheetEnergy(name, geometry, topology, params, (strain, each) =>
        densityOf(strain, each("lameModulus"), each("shearModulus")),
      ),
    (params) => {
      const { lameModulus, shearModulus } = params;
      checkSheet(name, params, { lameModulus, shearModulus });
    },
  );
}

/** Density of `stVenantKirchhoff`, energy per area at rest: metrics [..., 2, 2] each, to [...]. */
export function stVenantKirchhoffDensity(
  metric: Tensor,
  restMetric: Tensor,
  moduli: { readonly lameModulus: Tensor; readonly shearModulus: Tensor },
): Tensor {
  return densityOf(strainOf(metric, restMetric), moduli.lameModulus, moduli.shearModulus);
}

function densityOf({ trace, determinant }: Strain, lameModulus: Tensor, shearModulus: Tensor): Tensor {
  // tr E = (tr C - 2) / 2, and tr E^2 = (tr C^2 - 2 tr C + 2) / 4 with tr C^2 = (tr C)^2 - 2 det C for 2 x 2 matrices.
  const traceSquared = trace.sub(2).square().mul(0.25);
  const squareTrace = trace.square().sub(determinant.mul(2)).sub(trace.mul(2)).add(2).mul(0.25);
  return traceSquared.mul(lameModulus).mul(0.5).add(squareTrace.mul(shearModulus));
}
