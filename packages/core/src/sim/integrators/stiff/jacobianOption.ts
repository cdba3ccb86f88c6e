import type { SparsePattern } from "../../../linalg/sparse/pattern.js";
import type { Tensor } from "../../../trace/tensor.js";

/**
 * How a stiff method gets the derivative of the right-hand side by the state, whose rows and columns follow the leaves of the state,
 * flattened one after another:
 *
 * - "dense", the default: by forward mode, in all directions;
 * - a function of the caller, `(time, state, params) => [n, n]`;
 * - `{ sparsity }`: by forward mode in few directions, for a pattern that has all derivatives that are not always 0, or "detect",
 *   which reads it off the program of the right-hand side (`jacobianSparsity`). Factors are sparse as well.
 */
export type JacobianOption<Y, P> =
  "dense" | ((time: Tensor, state: Y, params: P) => Tensor) | { readonly sparsity: SparsePattern | "detect" };
