import {
  ArgumentError,
  rollout,
  runner,
  type Adjoint,
  type RolloutResult,
  type Runner,
  type Simulator,
  type Tensor,
  type Units,
} from "@simgrad/core";
import type { Energy } from "../energies/energy.js";
import { GeometricMesh } from "../mesh/geometricMesh.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";

/** What a run of a mesh depends on: where it starts, and the parameters of its energy. */
export interface MeshParams<EnergyParams> {
  readonly geometry: GeometricMesh;
  readonly topology: HalfEdgeMesh;
  readonly energy: EnergyParams;
}

/** State that all simulators of meshes have. */
export interface MeshState {
  readonly geometry: GeometricMesh;
  readonly topology: HalfEdgeMesh;
  /** Energy before the last step, []; at the start, that of the start. */
  readonly energy: Tensor;
}

/** What is seen of a mesh. */
export interface MeshOutput {
  /** [vertices, dimension]. */
  readonly positions: Tensor;
  /** Energy before the last step, []. */
  readonly energy: Tensor;
}

/** Options of all simulators of meshes. */
export interface MeshRunOptions<EnergyParams> {
  readonly energy: Energy<EnergyParams>;
  /** Number of steps. */
  readonly steps: number;
  /** Steps from one output to the next; default `steps`. */
  readonly every?: number;
  /** How a gradient gets the states back; default "auto". */
  readonly adjoint?: Adjoint;
}

/** A simulator of meshes with its run. */
export interface MeshSimulator<
  EnergyParams,
  State extends MeshState,
  Output = MeshOutput,
  Records = Tensor,
  Params extends MeshParams<EnergyParams> = MeshParams<EnergyParams>,
> extends Simulator<Params, State, Output, Records> {
  readonly steps: number;
  /**
   * The whole run as a function of tensors, for use inside `grad`, `jit` and `vmap`. Its records are the energies
   * before each step, [steps].
   */
  readonly simulate: (params: Params) => RolloutResult<State, Output, Records>;
  /** The run, compiled, for known parameters; `run.async` reports progress and can be aborted. */
  readonly run: Runner<Params, RolloutResult<State, Output, Records>>;
}

/** What a kind of simulator adds. */
export interface MeshDynamics<Params, State extends MeshState, Output, Records> {
  readonly name: string;
  readonly dt: number;
  readonly units: Units;
  readonly init: (params: Params) => State;
  readonly step: Simulator<Params, State, Output>["step"];
  readonly observe: (state: State) => Output;
  readonly record: (state: State) => Records;
  /** Refuses parameters of its own. */
  readonly check?: (params: Params) => void;
}

/** Makes a simulator of meshes, with its run, of what its kind does in a step. */
export function meshSimulator<
  EnergyParams,
  State extends MeshState,
  Output,
  Records,
  Params extends MeshParams<EnergyParams> = MeshParams<EnergyParams>,
>(
  options: MeshRunOptions<EnergyParams>,
  dynamics: MeshDynamics<Params, State, Output, Records>,
): MeshSimulator<EnergyParams, State, Output, Records, Params> {
  const { energy, steps, every, adjoint } = options;
  if (typeof (energy as unknown) !== "function") {
    throw new ArgumentError({
      what: `${dynamics.name}: there is no energy.`,
      got: `energy: ${typeof energy}`,
      expected:
        "an energy, such as edgeLengthAndArea(), or a function (geometry, topology, params) => number as a tensor",
    });
  }
  const simulator: Simulator<Params, State, Output, Records> = {
    ...dynamics,
    check(params) {
      expectParts(dynamics.name, params as Partial<Params>);
      params.geometry.expectFits(params.topology);
      energy.check?.(params.energy);
      dynamics.check?.(params);
    },
  };
  const simulate = rollout(simulator, {
    steps,
    ...(every === undefined ? {} : { every }),
    ...(adjoint === undefined ? {} : { adjoint }),
  });
  return Object.freeze({ ...simulator, steps, simulate, run: runner(simulator, simulate) });
}

function expectParts(
  owner: string,
  {
    geometry,
    topology,
    energy,
  }: { readonly geometry?: unknown; readonly topology?: unknown; readonly energy?: unknown },
): void {
  const wrong = !(geometry instanceof GeometricMesh)
    ? (["geometry", "a GeometricMesh"] as const)
    : !(topology instanceof HalfEdgeMesh)
      ? (["topology", "a HalfEdgeMesh"] as const)
      : typeof energy !== "object" || energy === null
        ? (["energy", "an object with the parameters of the energy, {} where it has none"] as const)
        : null;
  if (wrong === null) return;
  const [name, expected] = wrong;
  throw new ArgumentError({
    what: `${owner}: params.${name} is missing, or something else.`,
    expected,
    fix: "run it with { geometry, topology, energy: { ... } }.",
  });
}

/**
 * Demands a positive number among the options.
 * @throws ArgumentError that names it.
 */
export function checkOption(owner: string, name: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  throw new ArgumentError({
    what: `${owner}: ${name} is out of range.`,
    got: `${name}: ${value}`,
    expected: "a positive number",
  });
}
