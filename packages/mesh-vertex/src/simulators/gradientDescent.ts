import { energyAndSlope } from "../energies/slope.js";
import {
  checkOption,
  meshSimulator,
  type MeshRunOptions,
  type MeshSimulator,
  type MeshState,
} from "./meshSimulator.js";
import { meshUnits } from "./units.js";

/** Options of `gradientDescent`. */
export interface GradientDescentOptions<EnergyParams> extends MeshRunOptions<EnergyParams> {
  /** Length of a step over the gradient. */
  readonly stepSize: number;
}

/**
 * Descent of a mesh's energy with steps of one size: x - stepSize grad E. One step is one unit of time.
 *
 * @throws ArgumentError where an option is out of range; and, when run, where a parameter is.
 * @example
 * const descent = gradientDescent({ energy: edgeLengthAndArea(), stepSize: 0.01, steps: 20_000 });
 * const { state, records } = descent.run({ geometry, topology, energy: { restLength: 0.4 } });
 */
export function gradientDescent<EnergyParams>(
  options: GradientDescentOptions<EnergyParams>,
): MeshSimulator<EnergyParams, MeshState> {
  const { energy, stepSize } = options;
  checkOption("gradientDescent", "stepSize", stepSize);
  const valueAndSlope = energyAndSlope(energy);
  return meshSimulator(options, {
    name: "gradientDescent",
    dt: 1,
    units: meshUnits,
    init: ({ geometry, topology, energy: params }) => ({
      geometry,
      topology,
      energy: energy(geometry, topology, params),
    }),
    step({ geometry, topology }, { energy: params }) {
      const [value, slope] = valueAndSlope(geometry, topology, params);
      const positions = geometry.positions.sub(slope.mul(stepSize));
      return { geometry: geometry.with({ positions }), topology, energy: value };
    },
    observe: ({ geometry, energy: value }) => ({ positions: geometry.positions, energy: value }),
    record: ({ energy: value }) => value,
  });
}
