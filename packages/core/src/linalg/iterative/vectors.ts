import { np } from "../../trace/np.js";
import { literal } from "../../trace/operands.js";
import type { Tensor } from "../../trace/tensor.js";

/** Inner product of two flat vectors, []. */
export function inner(a: Tensor, b: Tensor): Tensor {
  return a.mul(b).sum();
}

/** Euclidean norm of a flat vector, []. */
export function length(v: Tensor): Tensor {
  return inner(v, v).sqrt();
}

/** a / b, and 0 where b is 0: what it is used for is dropped there, but it must not be NaN. */
export function ratio(a: Tensor, b: Tensor): Tensor {
  const zero = b.equal(0);
  return np.where(zero, 0, a.div(np.where(zero, 1, b)));
}

/** A code of status as a tensor. */
export function code(value: number): Tensor {
  return literal("int32", [], value);
}

/** The first of several codes whose condition holds, else the last argument. */
export function firstOf(cases: readonly (readonly [condition: Tensor, code: number])[], otherwise: Tensor): Tensor {
  return cases.reduceRight((rest, [condition, value]) => np.where(condition, code(value), rest), otherwise);
}

/** Whether all of some scalars are finite. */
export function allFinite(...scalars: readonly Tensor[]): Tensor {
  return scalars.map((scalar) => scalar.isfinite()).reduce((all, one) => all.logicalAnd(one));
}
