import { np, type Tensor } from "@simgrad/core";
import { energyAndSlope } from "../energies/slope.js";
import type { Displacement } from "../geometry/displacement.js";
import { dualLengths } from "../geometry/voronoi.js";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { flipShortestDual, type FlipShortestDualOptions } from "../topology/flipShortestDual.js";
import {
  checkOption,
  meshSimulator,
  type MeshOutput,
  type MeshRunOptions,
  type MeshSimulator,
  type MeshState,
} from "./meshSimulator.js";
import { meshUnits } from "./units.js";

/** Options of simulators whose mesh stays that of its Voronoi cells: which edges are flipped, and in which space. */
export interface VoronoiRunOptions<EnergyParams> extends MeshRunOptions<EnergyParams> {
  /**
   * Which edges are flipped after each step; by default the 10 shortest of negative dual length, which rest for 5
   * steps then.
   */
  readonly flips?: FlipShortestDualOptions;
  /** Default: that of a mesh that is not periodic. Energies take their own. */
  readonly displacement?: Displacement;
}

/** Options of `voronoiRelaxation`. */
export interface VoronoiRelaxationOptions<EnergyParams> extends VoronoiRunOptions<EnergyParams> {
  /** Length of a step over the gradient. */
  readonly stepSize: number;
}

/** State of simulators that flip edges. */
export interface VoronoiState extends MeshState {
  /** int32 [halfEdges]: steps for which an edge still rests after its flip. */
  readonly cooldown: Tensor;
  /** int32 []: edges that were flipped in the last step. */
  readonly flips: Tensor;
}

/** What is seen of a tissue. */
export interface VoronoiOutput extends MeshOutput {
  readonly topology: HalfEdgeMesh;
}

/** What is recorded of each step, [steps] each. */
export interface VoronoiRecords {
  /** Energy before the step. */
  readonly energy: Tensor;
  /** int32: edges that were flipped at its end, which are T1s of the cells. */
  readonly flips: Tensor;
}

/**
 * Descent of a tissue's energy with steps of one size, as `gradientDescent`, that flips edges whose dual length has
 * become negative, so that its cells stay Voronoi cells: T1s. One step is one unit of time.
 *
 * @throws ArgumentError where an option is out of range; and, when run, where a parameter is.
 */
export function voronoiRelaxation<EnergyParams>(
  options: VoronoiRelaxationOptions<EnergyParams>,
): MeshSimulator<EnergyParams, VoronoiState, VoronoiOutput, VoronoiRecords> {
  const { energy, stepSize } = options;
  checkOption("voronoiRelaxation", "stepSize", stepSize);
  const valueAndSlope = energyAndSlope(energy);
  return meshSimulator(options, {
    name: "voronoiRelaxation",
    dt: 1,
    units: meshUnits,
    init: ({ geometry, topology, energy: params }): VoronoiState => ({
      ...unflipped(topology),
      geometry,
      topology,
      energy: energy(geometry, topology, params),
    }),
    step({ geometry, topology, cooldown }, { energy: params }) {
      const [value, slope] = valueAndSlope(geometry, topology, params);
      const moved = geometry.with({ positions: geometry.positions.sub(slope.mul(stepSize)) });
      return { geometry: moved, energy: value, ...flipped(moved, topology, cooldown, options) };
    },
    observe: observeTissue,
    record: recordTissue,
  });
}

/** No edge rests, and none was flipped. */
export function unflipped(topology: HalfEdgeMesh): { readonly cooldown: Tensor; readonly flips: Tensor } {
  return { cooldown: np.zeros([topology.halfEdgeCount], "int32"), flips: np.array(0, "int32") };
}

/** Flips the edges of a mesh that has moved. */
export function flipped(
  { positions }: GeometricMesh,
  topology: HalfEdgeMesh,
  cooldown: Tensor,
  options: { readonly flips?: FlipShortestDualOptions; readonly displacement?: Displacement },
): { readonly topology: HalfEdgeMesh; readonly cooldown: Tensor; readonly flips: Tensor } {
  const lengths = dualLengths(positions, topology, options.displacement);
  return flipShortestDual(topology, lengths, cooldown, options.flips);
}

/** What is seen of a tissue. */
export function observeTissue({ geometry, topology, energy }: VoronoiState): VoronoiOutput {
  return { positions: geometry.positions, topology, energy };
}

/** What is recorded of a tissue. */
export function recordTissue({ energy, flips }: VoronoiState): VoronoiRecords {
  return { energy, flips };
}
