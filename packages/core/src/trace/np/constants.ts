import type { TensorLike, Tensor } from "../tensor.js";
import { astype } from "./shape.js";

/** Ratio of a circle's circumference to its diameter. */
export const pi: number = Math.PI;

/** Base of the natural logarithm. */
export const e: number = Math.E;

/** x in float64. */
export function float64(x: TensorLike): Tensor {
  return astype(x, "float64");
}

/** x in float32. */
export function float32(x: TensorLike): Tensor {
  return astype(x, "float32");
}

/** x in int32: truncated toward zero, clamped to its range. */
export function int32(x: TensorLike): Tensor {
  return astype(x, "int32");
}

/** x in uint32: truncated toward zero, clamped to its range. */
export function uint32(x: TensorLike): Tensor {
  return astype(x, "uint32");
}

/** Whether x is not zero. */
export function bool(x: TensorLike): Tensor {
  return astype(x, "bool");
}
