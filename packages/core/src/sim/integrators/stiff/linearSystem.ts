import { factorize } from "../../../linalg/factor.js";
import { np } from "../../../trace/np.js";
import { linearSolve } from "../../../trace/custom/linearSolve.js";
import { stopGradient } from "../../../trace/custom/stopGradient.js";
import { reshapeTo } from "../../../trace/operands.js";
import type { Tensor } from "../../../trace/tensor.js";

/** A linear system that was factored. */
export interface LinearSystem {
  /** Its solution for a right side `[n]`. Factors are constants of the derivative, which follows from the equation. */
  solve(b: Tensor): Tensor;
}

/** A Jacobian in one of its forms. */
export interface Jacobian {
  /** I - hGamma J, for the linear map `apply` of J. */
  system(hGamma: Tensor, apply: (x: Tensor) => Tensor): LinearSystem;
  norm(): Tensor;
  /** J x. */
  times(x: Tensor): Tensor;
  /** Directional derivatives that it takes. */
  readonly directions: number;
}

/** The system of I - hGamma J for a dense J `[n, n]`, whose product with x is `apply(x)`. */
export function denseSystem(jacobian: Tensor, hGamma: Tensor, apply: (x: Tensor) => Tensor): LinearSystem {
  const n = jacobian.shape[0] as number;
  const [fixed, size] = [stopGradient(jacobian), stopGradient(hGamma)];
  const factors = factorize(np.sub(np.eye(n, n, jacobian.dtype), np.mul(fixed, size)));
  const column = (x: Tensor): Tensor => reshapeTo(x, [n, 1]);
  return {
    solve: (b) =>
      linearSolve((x: Tensor) => np.sub(x, np.mul(apply(x), hGamma)), b, {
        solve: (right) => reshapeTo(factors.solve(column(right)), [n]),
        transposeSolve: (right) => reshapeTo(factors.solveTransposed(column(right)), [n]),
      }),
  };
}
