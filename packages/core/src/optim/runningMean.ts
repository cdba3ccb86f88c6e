import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";

/** A mean that keeps the share `decay` of itself and takes the rest from a new value. */
export function runningMean(value: Tensor, mean: Tensor, decay: number): Tensor {
  return np.add(np.mul(value, 1 - decay), np.mul(mean, decay));
}

/** 1 - decay^count: what is missing from the weights of a running mean that started at 0, after so many terms. */
export function biasCorrection(decay: number, count: Tensor, like: Tensor): Tensor {
  return np.sub(1, np.power(decay, count.astype(like.dtype)));
}
