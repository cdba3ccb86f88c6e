import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";

/** The sum of 0-d tensors; float64 where their dtypes differ. */
export function total(terms: readonly Tensor[]): Tensor {
  return common(terms).reduce((sum, term) => np.add(sum, term));
}

/** Tensors one behind the other as one vector; float64 where their dtypes differ. */
export function joined(parts: readonly Tensor[]): Tensor {
  return np.concatenate(common(parts).map((part) => np.ravel(part)));
}

function common(tensors: readonly Tensor[]): readonly Tensor[] {
  const mixed = tensors.some((tensor) => tensor.dtype !== tensors[0]?.dtype);
  return mixed ? tensors.map((tensor) => np.astype(tensor, "float64")) : tensors;
}
