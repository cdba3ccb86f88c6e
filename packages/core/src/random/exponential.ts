import { checkShape, type Shape } from "../trace/np/create.js";
import { log1p, negative } from "../trace/np/elementwise.js";
import type { Tensor } from "../trace/tensor.js";
import { sizeOf } from "./bits.js";
import { floatDtype, type SampleOptions } from "./options.js";
import { sampled } from "./program.js";
import { unitUniform } from "./uniform.js";

/**
 * Draws exponentially distributed numbers of rate 1, as `jax.random.exponential`: -log(1 - u). For another rate divide by it; derivatives
 * flow to it.
 * @throws ArgumentError or DTypeError where an argument does not fit.
 */
export function exponential(key: Tensor, shape: Shape = [], options: SampleOptions = {}): Tensor {
  const op = "random.exponential";
  const extents = checkShape(shape, op);
  const dtype = floatDtype(options.dtype, op);
  return sampled(op, sizeOf(extents), () => negative(log1p(negative(unitUniform(key, extents, dtype, op)))));
}
