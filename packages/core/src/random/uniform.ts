import { checkShape, type Shape } from "../trace/np/create.js";
import { add, maximum, multiply, subtract } from "../trace/np/elementwise.js";
import { asTensor, broadcastTo, castTensor } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { bits32, bits64, sizeOf } from "./bits.js";
import { floatDtype, type FloatDType, type SampleOptions } from "./options.js";
import { sampled } from "./program.js";
import { shiftedRight } from "./threefry.js";

/** Options of `uniform`. */
export interface UniformOptions extends SampleOptions {
  /** Lower bound, included; 0 when left out. A tensor must broadcast to the shape. */
  readonly low?: TensorLike;
  /** Upper bound, not included; 1 when left out. A tensor must broadcast to the shape. */
  readonly high?: TensorLike;
}

/**
 * Draws numbers that are uniform in [low, high), equal to `jax.random.uniform` to the bit between 0 and 1, and between other bounds but
 * for the rounding of u * (high - low) + low, which JAX leaves to the processor. Derivatives flow to the bounds.
 * @throws ArgumentError, ShapeError or DTypeError where an argument does not fit.
 */
export function uniform(key: Tensor, shape: Shape = [], options: UniformOptions = {}): Tensor {
  const op = "random.uniform";
  const extents = checkShape(shape, op);
  const dtype = floatDtype(options.dtype, op);
  const { low, high } = options;
  return sampled(op, sizeOf(extents), () => {
    const unit = unitUniform(key, extents, dtype, op);
    if (low === undefined && high === undefined) return unit;
    const [from, to] = [boundOf("low", low ?? 0), boundOf("high", high ?? 1)];
    return maximum(add(multiply(unit, subtract(to, from)), from), from);
  });

  function boundOf(name: string, value: TensorLike): Tensor {
    const tensor = asTensor(value, `the option \`${name}\` of ${op}`);
    return broadcastTo(castTensor(tensor, dtype), extents, op);
  }
}

/** Uniform in [0, 1), in steps of 2^-52 (float64) or 2^-23 (float32): the bits of a mantissa. */
export function unitUniform(key: Tensor, shape: readonly number[], dtype: FloatDType, op: string): Tensor {
  if (dtype === "float32") return multiply(castTensor(shiftedRight(bits32(key, shape, op), 9), dtype), 2 ** -23);
  const [high, low] = bits64(key, shape, op);
  // 52 bits: 32 of the high word, 20 of the low one; every step is exact.
  const upper = multiply(castTensor(high, dtype), 2 ** -32);
  return add(upper, multiply(castTensor(shiftedRight(low, 12), dtype), 2 ** -52));
}
