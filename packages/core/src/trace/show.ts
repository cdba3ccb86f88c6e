import { showElements } from "../ir/showElements.js";
import type { DType, TypedArray } from "../util/dtype.js";

/** A tensor as text: `float64[3] [1, 2, 3]`; elements beyond a dozen on an axis are left out in its middle. */
export function showTensor(dtype: DType, shape: readonly number[], data: TypedArray | null): string {
  const type = `${dtype}[${shape.join(", ")}]`;
  if (data === null) return `Tensor ${type} (traced)`;
  const body = showElements(dtype, shape, data);
  return body.includes("\n") ? `Tensor ${type}\n${body}` : `Tensor ${type} ${body}`;
}
