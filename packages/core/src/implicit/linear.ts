import { linearSolve } from "../trace/custom/linearSolve.js";
import { stopGradient } from "../trace/custom/stopGradient.js";
import { jacfwd } from "../compile/jacobian.js";
import { jvp } from "../compile/forward.js";
import { vjp } from "../compile/reverse.js";
import { np } from "../linalg/np.js";
import type { Tensor } from "../trace/tensor.js";

/** Solves `matvec(x) = b` for vectors `[n]`; asked for the transposed equation too, then with the transposed product. */
export type VectorSolver = (matvec: (x: Tensor) => Tensor, b: Tensor) => Tensor;

/**
 * Solves J x = b, where J is the Jacobian of `f` at `z`, differentiably in b and in all that `f` captures. z and b are `[n]`. Without a solver J is
 * formed, n columns in one run, and factorized.
 */
export function solveJacobian(
  f: (z: Tensor) => Tensor,
  z: Tensor,
  b: Tensor,
  options: { readonly solver: VectorSolver | null; readonly symmetric: boolean },
): Tensor {
  const { solver, symmetric } = options;
  const matvec = (x: Tensor): Tensor => jvp(f, [z], [x])[1];
  if (solver === null) {
    const matrix = stopGradient(jacfwd(f)(z) as Tensor);
    return linearSolve<Tensor>(matvec, b, {
      solve: (right) => np.linalg.solve(matrix, right, { check: false }),
      transposeSolve: (right) => np.linalg.solve(np.transpose(matrix), right, { check: false }),
    });
  }
  const at = stopGradient(z);
  const product = (x: Tensor): Tensor => jvp(f, [at], [x])[1];
  const transposed = (x: Tensor): Tensor => vjp(f, at)[1](x)[0] as Tensor;
  return linearSolve<Tensor>(matvec, b, {
    solve: (right) => solver(product, right),
    transposeSolve: (right) => solver(symmetric ? product : transposed, right),
  });
}
