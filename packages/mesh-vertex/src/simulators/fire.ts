import { np, type Tensor } from "@simgrad/core";
import { energyAndSlope } from "../energies/slope.js";
import { guardedQuotient } from "../geometry/vectors.js";
import {
  checkOption,
  meshSimulator,
  type MeshRunOptions,
  type MeshSimulator,
  type MeshState,
} from "./meshSimulator.js";
import { meshUnits } from "./units.js";

/** Options of `fire`. */
export interface FireOptions<EnergyParams> extends MeshRunOptions<EnergyParams> {
  /** Time of the first steps; default 0.01. */
  readonly dt?: number;
  /** Longest time of a step; default 10 dt. */
  readonly maxDt?: number;
}

/** State of `fire`. */
export interface FireState extends MeshState {
  /** [vertices, dimension]. */
  readonly velocity: Tensor;
  /** Time of the next step, []. */
  readonly stepTime: Tensor;
  /** How much of the velocity is turned to the force, []. */
  readonly mixing: Tensor;
  /** Steps since the motion last went uphill, int32 []. */
  readonly downhill: Tensor;
}

// The values that Bitzek et al. recommend.
const firstMixing = 0.1;
const mixingDecay = 0.99;
const dtGrowth = 1.1;
const dtShrink = 0.5;
const patience = 5;

/**
 * Descent to a minimum of the energy by the fast inertial relaxation engine (Bitzek, Koskinen, Gähler, Moseler,
 * Gumbsch, Phys. Rev. Lett. 97 (2006) 170201): motion with mass 1, turned towards the force, which speeds up as long
 * as it goes downhill and stops where it does not. The integration is the semi-implicit Euler method (Guénolé et al.,
 * Comput. Mater. Sci. 175 (2020) 109584).
 *
 * @throws ArgumentError where an option is out of range; and, when run, where a parameter is.
 */
export function fire<EnergyParams>(options: FireOptions<EnergyParams>): MeshSimulator<EnergyParams, FireState> {
  const { energy, dt = 0.01 } = options;
  const { maxDt = 10 * dt } = options;
  checkOption("fire", "dt", dt);
  checkOption("fire", "maxDt", maxDt);
  const valueAndSlope = energyAndSlope(energy);
  return meshSimulator(options, {
    name: "fire",
    dt: 1,
    units: meshUnits,
    init({ geometry, topology, energy: params }) {
      const { dtype } = geometry.positions;
      return {
        geometry,
        topology,
        energy: energy(geometry, topology, params),
        velocity: np.zerosLike(geometry.positions),
        stepTime: np.array(dt, dtype),
        mixing: np.array(firstMixing, dtype),
        downhill: np.array(0, "int32"),
      };
    },
    step(state, { energy: params }) {
      const { geometry, topology } = state;
      const [value, slope] = valueAndSlope(geometry, topology, params);
      const force = slope.neg();
      const isDownhill = np.greater(force.mul(state.velocity).sum(), 0);
      const isSteady = np.greater(state.downhill, patience);
      const grown = np.minimum(state.stepTime.mul(dtGrowth), maxDt);
      const stepTime = np.where(isDownhill, np.where(isSteady, grown, state.stepTime), state.stepTime.mul(dtShrink));
      const mixing = np.where(isDownhill, np.where(isSteady, state.mixing.mul(mixingDecay), state.mixing), firstMixing);
      const pushed = np.where(isDownhill, state.velocity, 0).add(force.mul(stepTime));
      const [speedSquared, forceSquared] = [pushed.square().sum(), force.square().sum()];
      const ratio = guardedQuotient(speedSquared, forceSquared);
      const towards = force.mul(np.where(np.greater(ratio, 0), np.sqrt(np.where(np.greater(ratio, 0), ratio, 1)), 0));
      const velocity = pushed.mul(np.sub(1, mixing)).add(towards.mul(mixing));
      return {
        geometry: geometry.with({ positions: geometry.positions.add(velocity.mul(stepTime)) }),
        topology,
        energy: value,
        velocity,
        stepTime,
        mixing,
        downhill: np.where(isDownhill, state.downhill.add(1), 0),
      };
    },
    observe: ({ geometry, energy: value }) => ({ positions: geometry.positions, energy: value }),
    record: ({ energy: value }) => value,
  });
}
