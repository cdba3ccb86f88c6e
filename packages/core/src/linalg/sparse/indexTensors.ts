import { concrete, type Tensor } from "../../trace/tensor.js";

const known = new WeakMap<Int32Array, Tensor>();

/**
 * Integers of the host as an int32 tensor [n]; the same tensor for the same array, so that programs which use it share one input. The
 * array must not change afterwards.
 */
export function indexTensor(values: Int32Array): Tensor {
  let tensor = known.get(values);
  if (tensor === undefined) known.set(values, (tensor = concrete("int32", [values.length], values)));
  return tensor;
}
