import type { Tensor } from "../../trace/tensor.js";

/**
 * A linear change of variables: the parameters are x = x0 + L z, and an optimizer that works on z goes downhill in x by
 * L Lᵀ times the gradient, the inverse of the metric's matrix. One metric serves leaves of every extent.
 *
 * The forms on tensors can be traced and differentiated; those on the host give the same bits, and are what solvers use on flat
 * float64 vectors.
 */
export interface Metric {
  readonly name: string;
  /** L z; of the shape and dtype of x, which is that of z unless the map says otherwise. */
  forward(z: Tensor): Tensor;
  /** Lᵀ g: what becomes of a gradient with respect to x. */
  transpose(g: Tensor): Tensor;
  /** L z on the host. `shape` is that of the leaf, row-major; `[z.length]` when left out. */
  apply(z: Float64Array, shape?: readonly number[]): Float64Array;
  /** Lᵀ g on the host. */
  applyTranspose(g: Float64Array, shape?: readonly number[]): Float64Array;
}

/** The inverse metric on a gradient: L Lᵀ g, the direction of steepest ascent in the metric. */
export function precondition(metric: Metric, gradient: Float64Array, shape?: readonly number[]): Float64Array {
  return metric.apply(metric.applyTranspose(gradient, shape), shape);
}
