import { np, NumericalError, type Liftable, type RolloutResult } from "@simgrad/core";
import type { ConstraintEnergy } from "../energies/constraint.js";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import { checkOption, type MeshParams, type MeshState } from "./meshSimulator.js";

/** Options of `augmentedLagrangian`. */
export interface AugmentedLagrangianOptions<EnergyParams> {
  /**
   * The descent between two updates: `gradientDescent`, `fire` or another simulator, whose energy has all of the
   * constraints in it.
   */
  readonly descent: {
    readonly simulate: (params: MeshParams<EnergyParams>) => RolloutResult<MeshState, unknown, unknown>;
    readonly run: (params: Liftable<MeshParams<EnergyParams>>) => RolloutResult<MeshState, unknown, unknown>;
  };
  readonly constraints: readonly ConstraintEnergy<EnergyParams>[];
  /** Largest number of descents; default 20. */
  readonly rounds?: number;
  /** Relative violation of the constraints that is small enough to stop; default 1e-6. */
  readonly tolerance?: number;
}

/** Where `augmentedLagrangian` ended. */
export interface AugmentedLagrangianResult<EnergyParams> {
  readonly geometry: GeometricMesh;
  readonly topology: HalfEdgeMesh;
  /** The parameters with the multipliers that were found. */
  readonly energy: EnergyParams;
  /** Largest relative violation after each descent. */
  readonly violations: readonly number[];
  /** Whether the last is within the tolerance. */
  readonly converged: boolean;
}

/**
 * Minimizes an energy with its constraints met exactly, by the method of multipliers: descends, gives each constraint
 * the multiplier that balances the other forces where it ended, and goes on from there. The multipliers are physics:
 * `surfaceTension` of an area, `pressure` of a volume. Runs on the host; for derivatives take `equilibrium` at the
 * multipliers that were found.
 *
 * Source: Hestenes 1969, "Multiplier and gradient methods"; Nocedal and Wright 2006, "Numerical optimization",
 * section 17.3.
 *
 * @throws ArgumentError where an option is out of range; NumericalError where a descent ends with what is not finite.
 * @example
 * const energy = sumOfEnergies(helfrich(), areaConstraint(), volumeConstraint());
 * const descent = fire({ energy, dt: 5e-3, steps: 5000 });
 * const vesicle = augmentedLagrangian({ descent, constraints: [areaConstraint(), volumeConstraint()] });
 */
export function augmentedLagrangian<EnergyParams>(
  options: AugmentedLagrangianOptions<EnergyParams>,
): (params: MeshParams<EnergyParams>) => AugmentedLagrangianResult<EnergyParams> {
  const { descent, constraints, rounds = 20, tolerance = 1e-6 } = options;
  checkOption("augmentedLagrangian", "rounds", rounds);
  checkOption("augmentedLagrangian", "tolerance", tolerance);
  return (params) => {
    let { geometry, topology, energy } = params;
    const violations: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { state } = descent.run({ ...params, geometry, topology, energy } as Liftable<MeshParams<EnergyParams>>);
      ({ geometry, topology } = state);
      const sizes = constraints.map(({ violation }) => np.abs(violation(geometry, topology, energy)).item());
      const worst = Math.max(...sizes);
      expectFinite(worst, round);
      violations.push(worst);
      if (worst <= tolerance) break;
      energy = constraints.reduce((updated, constraint) => constraint.updated(geometry, topology, updated), energy);
    }
    return { geometry, topology, energy, violations, converged: (violations.at(-1) ?? Infinity) <= tolerance };
  };
}

function expectFinite(violation: number, round: number): void {
  if (Number.isFinite(violation)) return;
  throw new NumericalError({
    what: `augmentedLagrangian: descent ${round} ended with a mesh that is not finite.`,
    got: `a violation of ${violation}`,
    fix: "take smaller steps, or smaller moduli of the constraints.",
  });
}
