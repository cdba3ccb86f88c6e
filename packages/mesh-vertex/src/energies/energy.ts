import { ArgumentError, type Tensor } from "@simgrad/core";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";

/**
 * An energy of a mesh: a 0-d tensor, a function of tensors that is traced and differentiated. Forces are its gradient,
 * `grad(energy)(geometry, topology, params).positions` with the sign turned.
 */
export interface Energy<Params> {
  (geometry: GeometricMesh, topology: HalfEdgeMesh, params: Params): Tensor;
  readonly name: string;
  /** Demands of parameters what else would only show as nonsense; called before a run with what is known then. */
  readonly check?: (params: Params) => void;
}

/** Gives a function of a mesh what an energy has besides. */
export function namedEnergy<Params>(
  name: string,
  evaluate: (geometry: GeometricMesh, topology: HalfEdgeMesh, params: Params) => Tensor,
  check?: (params: Params) => void,
): Energy<Params> {
  // A wrapper: the function may be the user's own, and be named already.
  const energy = (geometry: GeometricMesh, topology: HalfEdgeMesh, params: Params): Tensor =>
    evaluate(geometry, topology, params);
  Object.defineProperty(energy, "name", { value: name });
  return Object.assign(energy, check === undefined ? {} : { check }) as Energy<Params>;
}

/** The parameters of several energies, all together. */
export type AllParams<Energies> = Energies extends readonly [Energy<infer First>, ...infer Rest]
  ? Rest extends readonly []
    ? First
    : First & AllParams<Rest>
  : never;

/**
 * Energies added. Their parameters stand side by side in one object; where two have one of the same name, they share
 * it.
 * @throws ArgumentError where there is none.
 */
export function sumOfEnergies<const Energies extends readonly [Energy<never>, ...Energy<never>[]]>(
  ...energies: Energies
): Energy<AllParams<Energies>> {
  if ((energies as readonly unknown[]).length === 0) {
    throw new ArgumentError({ what: "sumOfEnergies wants energies.", got: "none", expected: "at least one" });
  }
  const list = energies as unknown as readonly Energy<AllParams<Energies>>[];
  return namedEnergy(
    `sum of ${list.map(({ name }) => name).join(", ")}`,
    (geometry, topology, params) =>
      list.map((energy) => energy(geometry, topology, params)).reduce((sum, energy) => sum.add(energy)),
    (params) => list.forEach((energy) => energy.check?.(params)),
  );
}

/**
 * An energy times a number.
 * @throws ArgumentError where it is not finite.
 */
export function weightedEnergy<Params>(factor: number, energy: Energy<Params>): Energy<Params> {
  if (!Number.isFinite(factor)) {
    throw new ArgumentError({ what: "weightedEnergy: the factor is not finite.", got: String(factor) });
  }
  return namedEnergy(
    `${factor} ${energy.name}`,
    (geometry, topology, params) => energy(geometry, topology, params).mul(factor),
    energy.check,
  );
}
