import type { Tensor } from "../../../trace/tensor.js";

/**
 * How a stiff method gets the derivative of the right-hand side by the state: "dense", by forward mode in all directions; or a function of
 * the caller, `(time, state, params) => [n, n]`, whose rows and columns follow the leaves of the state, flattened one after another.
 */
export type JacobianOption<Y, P> = "dense" | ((time: Tensor, state: Y, params: P) => Tensor);
