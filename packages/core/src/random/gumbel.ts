import { add, log, negative } from "../trace/np/elementwise.js";
import type { Tensor } from "../trace/tensor.js";
import type { FloatDType } from "./options.js";
import { unitUniform } from "./uniform.js";

/** The smallest normal number, in place of a 0 whose logarithm is infinite. */
const tiny = { float64: 2 ** -1022, float32: 2 ** -126 } as const;

/** Numbers of the standard Gumbel distribution: -log(-log(u)). */
export function gumbel(key: Tensor, shape: readonly number[], dtype: FloatDType, op: string): Tensor {
  const u = add(unitUniform(key, shape, dtype, op), tiny[dtype]);
  return negative(log(negative(log(u))));
}
