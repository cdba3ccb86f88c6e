import { checkShape, type Shape } from "../trace/np/create.js";
import { reshapeTo } from "../trace/operands.js";
import type { Tensor } from "../trace/tensor.js";
import { ArgumentError } from "../util/errors.js";
import { paired, wordsAt } from "./key.js";
import { sampled } from "./program.js";
import { xor, type Words } from "./threefry.js";

/** Options of `bits`. */
export interface BitsOptions {
  /** Bits an element: 32 when left out, or 64. */
  readonly width?: 32 | 64;
}

/**
 * Draws random bits, equal to `jax.random.bits`: uint32 of the given shape; with `width: 64` of shape [...shape, 2], where the last axis
 * holds the high and the low word.
 * @throws ArgumentError where `key` is no key, or the shape or the width none.
 */
export function bits(key: Tensor, shape: Shape = [], options: BitsOptions = {}): Tensor {
  const extents = checkShape(shape, "random.bits");
  const width = options.width ?? 32;
  if (width !== 32 && width !== 64) {
    throw new ArgumentError({ what: "random.bits: unknown width.", got: String(width), expected: "32 or 64" });
  }
  return sampled("random.bits", sizeOf(extents), () =>
    width === 32 ? bits32(key, extents, "random.bits") : paired(...bits64(key, extents, "random.bits")),
  );
}

/** 32 bits for each element of a shape. */
export function bits32(key: Tensor, shape: readonly number[], op: string): Tensor {
  const [high, low] = wordsAt(key, sizeOf(shape), op);
  return reshapeTo(xor(high, low), shape);
}

/** 64 bits for each element of a shape. */
export function bits64(key: Tensor, shape: readonly number[], op: string): Words {
  const [high, low] = wordsAt(key, sizeOf(shape), op);
  return [reshapeTo(high, shape), reshapeTo(low, shape)];
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 1);
}
