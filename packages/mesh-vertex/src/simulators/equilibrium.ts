import {
  ArgumentError,
  implicitMinimum,
  np,
  stopGradient,
  type ImplicitMinimumOptions,
  type Tensor,
} from "@simgrad/core";
import type { Energy } from "../energies/energy.js";
import { crossPlane, crossProduct, dimensionOf, guardedQuotient } from "../geometry/vectors.js";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import type { MeshParams } from "./meshSimulator.js";

/** What is held while the rest of a mesh goes to its equilibrium, and how this is found and checked. */
export interface EquilibriumOptions<EnergyParams> {
  /** Numbers of vertices that stay where they are; derivatives flow to where that is. Default: none. */
  readonly fixed?: readonly number[];
  /**
   * Motions of the whole mesh that do not change its energy, and are held where the start, or `descend`, has them:
   * `rigid`, shifts and turns; `shifts` alone, as in a periodic box; `none`. Default "rigid" where no vertex is
   * fixed, else "none".
   */
  readonly modes?: "rigid" | "shifts" | "none";
  /** Largest absolute entry of the gradient at what counts as an equilibrium; default 1e-9. */
  readonly tolerance?: number;
  /** Newton steps; default 100. */
  readonly maxIterations?: number;
  /**
   * Goes near the equilibrium first, as by `(params) => descent.simulate(params).state.geometry`; must leave the
   * fixed vertices where they are. It is not differentiated. Default: Newton's method from the start.
   */
  readonly descend?: (params: MeshParams<EnergyParams>) => GeometricMesh;
  /**
   * Solves the linear equations of the derivative by products, for meshes of more than some hundred vertices: see
   * `implicitMinimum`. Newton's method, which forms matrices, is then left out, so that `descend` alone must reach
   * the tolerance.
   */
  readonly linearSolver?: NonNullable<ImplicitMinimumOptions<Tensor, unknown>["linearSolver"]>;
  /** Fails the run with a NumericalError where there is no equilibrium; default true. */
  readonly check?: boolean;
}

/** A mesh at equilibrium, with what shows that it is. */
export interface Equilibrium {
  readonly geometry: GeometricMesh;
  /** Largest absolute entry of the gradient by what is free, []. */
  readonly residual: Tensor;
  /**
   * Smallest eigenvalue of the second derivatives by what is free, [], where a held motion of the whole mesh has 1:
   * exact up to 96 unknowns, an estimate from above beyond.
   */
  readonly smallestEigenvalue: Tensor;
  /** bool []: the residual is within the tolerance, and the eigenvalue positive by more than rounding. */
  readonly converged: Tensor;
}

/**
 * Makes the function that brings a mesh to a minimum of its energy, and whose derivatives by the parameters, and by
 * the positions of fixed vertices, follow from the equilibrium and not from the way there (implicit function
 * theorem): exact, and at the cost of a linear solve. The start carries no derivative but through the fixed vertices.
 *
 * Flips of edges belong to the way there: do them before. Works inside of `grad`, `jit` and `vmap`.
 *
 * @returns (geometry, topology, params) -> the mesh at equilibrium, with its certificate
 * @throws ArgumentError for vertices that are not there; NumericalError when run, where the gradient stays above the
 *   tolerance or the point is no strict minimum (unless `check: false`).
 * @example
 * const relaxed = equilibrium(edgeLengthAndArea());
 * grad((restLength: Tensor) => totalArea(relaxed(geometry, topology, { restLength }).geometry.positions, topology))(0.4);
 */
export function equilibrium<EnergyParams>(
  energy: Energy<EnergyParams>,
  options: EquilibriumOptions<EnergyParams> = {},
): (geometry: GeometricMesh, topology: HalfEdgeMesh, params: EnergyParams) => Equilibrium {
  const { fixed = [], tolerance = 1e-9, maxIterations = 100, check = true, descend, linearSolver } = options;
  const { modes = fixed.length === 0 ? "rigid" : "none" } = options;
  if (linearSolver !== undefined && descend === undefined) {
    throw new ArgumentError({
      what: "equilibrium: with a linearSolver nothing finds the equilibrium.",
      got: "no option `descend`",
      expected: "a descent that reaches the tolerance",
    });
  }
  const isFixed = new Set(fixed);

  /** With the positions whose shift and turn are held. */
  type Given = MeshParams<EnergyParams> & { readonly before: Tensor };

  const meshAt = (free: Tensor, { geometry }: MeshParams<EnergyParams>): GeometricMesh => {
    if (isFixed.size === 0) return geometry.with({ positions: free });
    return geometry.with({ positions: geometry.positions.at(freeVertices(geometry, isFixed)).set(free) });
  };
  const freeOf = (geometry: GeometricMesh): Tensor =>
    isFixed.size === 0 ? geometry.positions : np.take(geometry.positions, freeVertices(geometry, isFixed));

  const minimumFrom = implicitMinimum<Tensor, Given>(
    (free, params) => {
      const given = params as unknown as Given;
      const mesh = meshAt(free, given);
      const value = energy(mesh, given.topology, given.energy);
      if (modes === "none") return value;
      return value.add(motionPenalty(mesh.positions, given.before, modes));
    },
    {
      tolerance,
      maxIterations,
      check,
      ...(linearSolver === undefined ? {} : { linearSolver, solve: (_, guess) => guess }),
    },
  );

  return (geometry, topology, params) => {
    const { vertexCount } = topology;
    fixed.forEach((vertex) => expectVertex(vertex, vertexCount));
    geometry.expectFits(topology);
    energy.check?.(params);
    const given: MeshParams<EnergyParams> = { geometry, topology, energy: params };
    const start = stopGradient(descend === undefined ? geometry : descend(given));
    const found = minimumFrom(freeOf(start), { ...given, before: start.positions } as never);
    return {
      geometry: meshAt(found.minimum as Tensor, given),
      residual: found.gradient,
      smallestEigenvalue: found.smallestEigenvalue,
      converged: found.converged,
    };
  };
}

/**
 * Half the square of how far a mesh was shifted or turned from where it was. An energy that does not change with such
 * motion has the same minimum with it, but only one, and there it is 0: for turns, where the sum of old arms times
 * displacements is.
 */
function motionPenalty(positions: Tensor, before: Tensor, modes: "rigid" | "shifts"): Tensor {
  const count = before.shape[0] as number;
  const moved = positions.sub(before);
  const shift = moved.sum({ axis: 0 }).square().sum().div(count);
  if (modes === "shifts") return shift.mul(0.5);
  const arms = before.sub(before.mean({ axis: 0 }));
  const turn = (dimensionOf("positions", positions) === 2 ? crossPlane : crossProduct)(arms, moved).sum({ axis: 0 });
  const turned = guardedQuotient(turn.square().sum(), arms.square().sum());
  return shift.add(turned).mul(0.5);
}

function freeVertices({ vertexCount }: GeometricMesh, isFixed: ReadonlySet<number>): Tensor {
  const free = Array.from({ length: vertexCount }, (_, vertex) => vertex).filter((vertex) => !isFixed.has(vertex));
  return np.array(Int32Array.from(free));
}

function expectVertex(vertex: number, count: number): void {
  if (Number.isInteger(vertex) && vertex >= 0 && vertex < count) return;
  throw new ArgumentError({
    what: "equilibrium: a fixed vertex is not in the mesh.",
    got: String(vertex),
    expected: `0 to ${count - 1}`,
  });
}
