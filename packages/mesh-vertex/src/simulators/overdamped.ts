import { np, random, type Tensor } from "@simgrad/core";
import { energyAndSlope } from "../energies/slope.js";
import {
  checkOption,
  meshSimulator,
  type MeshRunOptions,
  type MeshSimulator,
  type MeshState,
} from "./meshSimulator.js";
import { meshUnits } from "./units.js";

/** Options of `overdamped`. */
export interface OverdampedOptions<EnergyParams> extends MeshRunOptions<EnergyParams> {
  /** Time of a step. */
  readonly dt: number;
  /** Velocity over force; default 1. */
  readonly mobility?: number;
  /** Energy of the noise, kT: the positions diffuse with the coefficient mobility * temperature. Default 0. */
  readonly temperature?: number;
  /** Of the noise; the same seed gives the same run. Default 0. */
  readonly seed?: number;
}

/**
 * Motion without inertia, dx = -mobility grad E dt + sqrt(2 mobility temperature) dW, by steps of the Euler-Maruyama
 * method (Kloeden and Platen, Numerical Solution of Stochastic Differential Equations, 1992, section 10.2). The noise
 * of a step depends on the seed and the step's number only, so that gradients go through a run with its noise held
 * fixed.
 *
 * @throws ArgumentError where an option is out of range; and, when run, where a parameter is.
 */
export function overdamped<EnergyParams>(
  options: OverdampedOptions<EnergyParams>,
): MeshSimulator<EnergyParams, MeshState> {
  const { energy, dt, mobility = 1, temperature = 0, seed = 0 } = options;
  checkOption("overdamped", "dt", dt);
  checkOption("overdamped", "mobility", mobility);
  if (temperature !== 0) checkOption("overdamped", "temperature", temperature);
  const key = random.key(seed);
  const spread = Math.sqrt(2 * mobility * temperature * dt);
  const valueAndSlope = energyAndSlope(energy);
  const noise = (like: Tensor, step: Tensor): Tensor =>
    random.normal(random.foldIn(key, step), like.shape, { dtype: like.dtype as "float64" }).mul(spread);
  return meshSimulator(options, {
    name: "overdamped",
    dt,
    units: meshUnits,
    init: ({ geometry, topology, energy: params }) => ({
      geometry,
      topology,
      energy: energy(geometry, topology, params),
    }),
    step({ geometry, topology }, { energy: params }, clock) {
      const [value, slope] = valueAndSlope(geometry, topology, params);
      const drifted = geometry.positions.sub(slope.mul(mobility * dt));
      const positions = spread === 0 ? drifted : np.add(drifted, noise(drifted, clock.index));
      return { geometry: geometry.with({ positions }), topology, energy: value };
    },
    observe: ({ geometry, energy: value }) => ({ positions: geometry.positions, energy: value }),
    record: ({ energy: value }) => value,
  });
}
