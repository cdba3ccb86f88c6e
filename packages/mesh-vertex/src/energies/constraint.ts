import { np, type Tensor, type TensorLike } from "@simgrad/core";
import type { GeometricMesh } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import type { Energy } from "./energy.js";

/**
 * An energy that holds a measure of the mesh at a value: softly by its penalty, exactly with the right multiplier.
 * `augmentedLagrangian` finds that.
 */
export interface ConstraintEnergy<Params> extends Energy<Params> {
  /** How far the measure is from its value, relative to that: []. */
  readonly violation: (geometry: GeometricMesh, topology: HalfEdgeMesh, params: Params) => Tensor;
  /** The parameters with the multiplier that the mesh, as it is, pulls with. */
  readonly updated: <All extends Params>(geometry: GeometricMesh, topology: HalfEdgeMesh, params: All) => All;
}

/** The parameters of a constraint in the dtype of what it measures; a multiplier that is left out is 0. */
export function numbersLike(
  measure: Tensor,
  wanted: TensorLike,
  modulus: TensorLike,
  multiplier: TensorLike | undefined,
): readonly [wanted: Tensor, modulus: Tensor, multiplier: Tensor] {
  const cast = (value: TensorLike): Tensor => np.asarray(value).astype(measure.dtype);
  return [cast(wanted), cast(modulus), cast(multiplier ?? 0)];
}

/** By how much a measure is larger than wanted, relative to that. */
export function relativeExcess(measure: Tensor, wanted: TensorLike): Tensor {
  return measure.div(np.asarray(wanted).astype(measure.dtype)).sub(1);
}
