import { np, type Tensor } from "@simgrad/core";
import { angleDefects, meanCurvatureDihedral, meanCurvatureLaplace } from "../geometry/curvature.js";
import { expectDimension } from "../geometry/vectors.js";
import { mixedAreas } from "../geometry/vertexAreas.js";
import { checkNumbers, checkOptionalNumbers, expectOneOrEach } from "./checkParams.js";
import { namedEnergy, type Energy } from "./energy.js";

/** Parameters of `helfrich`. */
export interface HelfrichParams {
  /** Energy, [] or [vertices]. */
  readonly bendingModulus: Tensor;
  /**
   * Sum of the principal curvatures that the membrane would like to have, one over a length, [] or [vertices].
   * Default 0.
   */
  readonly spontaneousCurvature?: Tensor;
  /** Energy, [] or [vertices]. Default 0; for a closed surface and one number it adds a constant. */
  readonly gaussianModulus?: Tensor;
}

/** How the mean curvature is measured. */
export interface HelfrichOptions {
  /**
   * By `dihedral` angles, or by the `laplace` of the positions. On a coarse mesh that may move freely the second has
   * shapes below the energy of a sphere, which is impossible: folds that it does not see. Default "dihedral".
   */
  readonly curvature?: "dihedral" | "laplace";
}

/**
 * Bending energy of a membrane in space: the integral of bendingModulus / 2 (2 H - spontaneousCurvature)^2 +
 * gaussianModulus K, where H is the mean curvature (1/R on a sphere with outward normals) and K the Gaussian one. It
 * does not change with size while there is no spontaneous curvature: 8 pi bendingModulus for a sphere of any radius.
 * With the other convention, modulus / 2 times the integral of H^2, a sphere has 2 pi: a quarter of this.
 *
 * Vertices on the boundary, where there is no mean curvature, add nothing.
 *
 * Source: Helfrich 1973, "Elastic properties of lipid bilayers: theory and possible experiments", eq. 12.
 */
export function helfrich(options: HelfrichOptions = {}): Energy<HelfrichParams> {
  const name = "helfrich";
  const curvature = options.curvature === "laplace" ? meanCurvatureLaplace : meanCurvatureDihedral;
  return namedEnergy<HelfrichParams>(
    name,
    ({ positions }, topology, params) => {
      expectDimension(name, positions, 3);
      const each = (key: keyof HelfrichParams): Tensor => {
        const given = np.asarray(params[key] ?? 0).astype(positions.dtype);
        expectOneOrEach(name, key, given, topology.vertexCount, "vertices");
        return given;
      };
      const areas = mixedAreas(positions, topology);
      const excess = curvature(positions, topology, areas).mul(2).sub(each("spontaneousCurvature"));
      const ofMean = excess.square().mul(areas).mul(each("bendingModulus")).mul(0.5);
      const density =
        params.gaussianModulus === undefined
          ? ofMean
          : ofMean.add(angleDefects(positions, topology).mul(each("gaussianModulus")));
      return np.where(topology.isBoundaryVertex, 0, density).sum();
    },
    ({ bendingModulus, spontaneousCurvature, gaussianModulus }) => {
      checkNumbers(name, "bendingModulus", bendingModulus);
      checkOptionalNumbers(name, "spontaneousCurvature", spontaneousCurvature);
      checkOptionalNumbers(name, "gaussianModulus", gaussianModulus);
    },
  );
}
