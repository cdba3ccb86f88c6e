import type { Tensor } from "../../trace/tensor.js";

/** The numerical work of a factorization, on operands that fit. */
export interface LuKernels {
  factor(values: Tensor): Tensor;
  solve(factors: Tensor, b: Tensor): Tensor;
  solveTransposed(factors: Tensor, b: Tensor): Tensor;
}
