import { np, random, type Tensor } from "@simgrad/core";
import { checkValues, expectOneOrEachAt } from "../energies/checkParams.js";
import { energyAndSlope } from "../energies/slope.js";
import { expectDimension } from "../geometry/vectors.js";
import { checkOption, meshSimulator, type MeshParams, type MeshSimulator } from "./meshSimulator.js";
import { meshUnits } from "./units.js";
import {
  flipped,
  observeTissue,
  recordTissue,
  unflipped,
  type VoronoiOutput,
  type VoronoiRecords,
  type VoronoiRunOptions,
  type VoronoiState,
} from "./voronoiRelaxation.js";

/** How cells move by themselves. */
export interface Motility {
  /** Speed of a free cell, [] or [vertices]. */
  readonly speed: Tensor;
  /**
   * Rate at which the direction of motion forgets itself, []: the angle diffuses, with variance 2 rotationalDiffusion
   * time.
   */
  readonly rotationalDiffusion: Tensor;
}

/**
 * What a run of self-propelled cells depends on. Directions at the start are `geometry.vertexAttributes.angle`,
 * [vertices], or else uniformly random.
 */
export interface SelfPropelledParams<EnergyParams> extends MeshParams<EnergyParams> {
  readonly motility: Motility;
}

/** Options of `selfPropelledVoronoi`. */
export interface SelfPropelledVoronoiOptions<EnergyParams> extends VoronoiRunOptions<EnergyParams> {
  /** Time of a step. */
  readonly dt: number;
  /** Of the noise, and of the directions at the start; the same seed gives the same run. Default 0. */
  readonly seed?: number;
}

/** State of `selfPropelledVoronoi`. */
export interface SelfPropelledState extends VoronoiState {
  /** [vertices]: directions in which the cells would like to go, in radians from the first axis. */
  readonly angle: Tensor;
}

/**
 * Self-propelled Voronoi model of a tissue: cells, which are the Voronoi cells of the vertices, move down the
 * gradient of an energy and by themselves at constant speed in a direction that wanders, dx = (speed (cos a, sin a) -
 * grad E) dt, da = sqrt(2 rotationalDiffusion) dW, by steps of the Euler-Maruyama method. After each step edges are
 * flipped whose dual length has become negative: T1s. The noise depends on the seed and the step's number only, so
 * that gradients go through a run with its noise held fixed, and its flips.
 *
 * Source: Bi, Yang, Marchetti, Manning 2016, "Motility-driven glass and jamming transitions in biological tissues",
 * eqs. 2 and 3.
 *
 * @throws ArgumentError where an option is out of range; and, when run, where a parameter is.
 * @example
 * const tissue = selfPropelledVoronoi({ energy: areaPerimeter(), dt: 0.02, steps: 5000 });
 * const { records } = tissue.run({
 *   geometry,
 *   topology,
 *   energy: { restArea: 1, restPerimeter: 3.9 },
 *   motility: { speed: 0.5, rotationalDiffusion: 1 },
 * });
 * records.flips.sum(); // the number of T1s
 */
export function selfPropelledVoronoi<EnergyParams>(
  options: SelfPropelledVoronoiOptions<EnergyParams>,
): MeshSimulator<EnergyParams, SelfPropelledState, VoronoiOutput, VoronoiRecords, SelfPropelledParams<EnergyParams>> {
  const name = "selfPropelledVoronoi";
  const { energy, dt, seed = 0 } = options;
  checkOption(name, "dt", dt);
  // Two streams, so that the noise of step 0 is not the directions at the start.
  const keys = random.split(random.key(seed));
  const [startKey, noiseKey] = [keys.at(0).get(), keys.at(1).get()];
  const valueAndSlope = energyAndSlope(energy);
  return meshSimulator(options, {
    name,
    dt,
    units: meshUnits,
    init({ geometry, topology, energy: params }): SelfPropelledState {
      const dtype = geometry.positions.dtype as "float64";
      const drawn = (): Tensor => random.uniform(startKey, [topology.vertexCount], { dtype, high: 2 * Math.PI });
      return {
        ...unflipped(topology),
        geometry,
        topology,
        energy: energy(geometry, topology, params),
        angle: geometry.vertexAttributes["angle"] ?? drawn(),
      };
    },
    step({ geometry, topology, cooldown, angle }, { energy: params, motility }, clock) {
      const [value, slope] = valueAndSlope(geometry, topology, params);
      const velocity = selfVelocity(angle, motility.speed).sub(slope);
      const moved = geometry.with({ positions: geometry.positions.add(velocity.mul(dt)) });
      const dtype = angle.dtype as "float64";
      const noise = random.normal(random.foldIn(noiseKey, clock.index), angle.shape, { dtype });
      const spread = np.sqrt(np.mul(motility.rotationalDiffusion, 2 * dt));
      return {
        geometry: moved,
        energy: value,
        angle: angle.add(noise.mul(spread)),
        ...flipped(moved, topology, cooldown, options),
      };
    },
    observe: observeTissue,
    record: recordTissue,
    check({ geometry, topology, motility }) {
      expectDimension(name, geometry.positions, 2);
      checkMotility(name, motility, topology.vertexCount);
    },
  });
}

/** Velocities of free cells, [vertices, 2]. */
function selfVelocity(angle: Tensor, speed: Tensor): Tensor {
  const along = np.stack([np.cos(angle), np.sin(angle)], 1);
  const given = np.asarray(speed);
  return along.mul(given.ndim === 0 ? given : given.expandDims(1));
}

function checkMotility(owner: string, motility: Partial<Motility> | undefined, cells: number): void {
  const { speed, rotationalDiffusion } = motility ?? {};
  checkValues(owner, "params.motility.speed", speed, Number.isFinite, "finite numbers");
  expectOneOrEachAt(owner, "params.motility.speed", np.asarray(speed as Tensor), cells, "vertices");
  const place = "params.motility.rotationalDiffusion";
  checkValues(owner, place, rotationalDiffusion, (value) => value >= 0 && value < Infinity, "a number, at least 0");
}
