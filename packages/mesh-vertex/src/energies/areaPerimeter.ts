import { np, type Tensor } from "@simgrad/core";
import { cellMeasures, type CellOptions } from "./cells.js";
import { checkNumbers, checkOptionalNumbers, checkPositive, expectOneOrEach } from "./checkParams.js";
import { namedEnergy, type Energy } from "./energy.js";

/** Parameters of `areaPerimeter`; each is one number, or one for each cell: [] or [vertices]. */
export interface AreaPerimeterParams {
  /** Area that a cell would like to have. */
  readonly restArea: Tensor;
  /**
   * Perimeter that a cell would like to have; over the root of the area it is the shape index, below about 3.81 of
   * which a tissue is rigid.
   */
  readonly restPerimeter: Tensor;
  /** Default 1. */
  readonly areaStiffness?: Tensor;
  /** Default 1. */
  readonly perimeterStiffness?: Tensor;
}

/**
 * Energy of a tissue in the plane: the mean over cells of areaStiffness (area - restArea)^2 + perimeterStiffness
 * (perimeter - restPerimeter)^2.
 *
 * Source: Farhadifar et al. 2007, "The influence of cell mechanics, cell-cell interactions, and proliferation on
 * epithelial packing"; for Voronoi cells Bi et al. 2016, "Motility-driven glass and jamming transitions in biological
 * tissues", eq. 1.
 *
 * @example
 * const energy = areaPerimeter();
 * energy(geometry, topology, { restArea: np.array(1), restPerimeter: np.array(3.9) });
 */
export function areaPerimeter(options: CellOptions = {}): Energy<AreaPerimeterParams> {
  const name = "areaPerimeter";
  return namedEnergy<AreaPerimeterParams>(
    name,
    (geometry, topology, params) => {
      const each = (key: keyof AreaPerimeterParams): Tensor => {
        const given = np.asarray(params[key] ?? 1).astype(geometry.positions.dtype);
        expectOneOrEach(name, key, given, topology.vertexCount, "vertices");
        return given;
      };
      const { areas, perimeters } = cellMeasures(geometry, topology, options);
      const ofAreas = areas.sub(each("restArea")).square().mul(each("areaStiffness"));
      const ofPerimeters = perimeters.sub(each("restPerimeter")).square().mul(each("perimeterStiffness"));
      return ofAreas.add(ofPerimeters).mean();
    },
    ({ restArea, restPerimeter, areaStiffness, perimeterStiffness }) => {
      checkPositive(name, "restArea", restArea);
      checkNumbers(name, "restPerimeter", restPerimeter);
      checkOptionalNumbers(name, "areaStiffness", areaStiffness);
      checkOptionalNumbers(name, "perimeterStiffness", perimeterStiffness);
    },
  );
}
