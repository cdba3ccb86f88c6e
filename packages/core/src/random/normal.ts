import { checkShape, type Shape } from "../trace/np/create.js";
import { add, multiply } from "../trace/np/elementwise.js";
import { castTensor } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import { sizeOf } from "./bits.js";
import { erfInv } from "./erfInv.js";
import { floatDtype, type FloatDType, type SampleOptions } from "./options.js";
import { sampled } from "./program.js";
import { unitUniform } from "./uniform.js";

/** The number next to -1 on the way to 0. */
const lowest = { float64: -1 + 2 ** -53, float32: -1 + 2 ** -24 } as const;

/**
 * Draws standard normal numbers: the uniform numbers of `jax.random.normal` through the inverse of the error function, hence its values but
 * for the last digits. For a mean and a deviation that derivatives flow to, write `mean.add(deviation.mul(z))`.
 * @throws ArgumentError or DTypeError where an argument does not fit.
 */
export function normal(key: Tensor, shape: Shape = [], options: SampleOptions = {}): Tensor {
  const op = "random.normal";
  const extents = checkShape(shape, op);
  const dtype = floatDtype(options.dtype, op);
  return sampled(op, sizeOf(extents), () => standardNormal(key, extents, dtype, op));
}

/** sqrt(2) erfInv(u) for u uniform in (-1, 1); computed in float64, and rounded. */
export function standardNormal(key: Tensor, shape: readonly number[], dtype: FloatDType, op: string): Tensor {
  // high - low rounds to 2, and both operations are exact.
  const u = add(multiply(unitUniform(key, shape, dtype, op), 2), lowest[dtype]);
  return castTensor(multiply(erfInv(castTensor(u, "float64")), Math.SQRT2), dtype);
}
