import { jit } from "../compile/jit.js";
import { linearSolve } from "../trace/custom/linearSolve.js";
import { stopGradient } from "../trace/custom/stopGradient.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { readSquare, readSystem, type CheckOption } from "./arguments.js";
import { overBatch, perOptions } from "./batch.js";
import { checkPivots, factorize } from "./factor.js";
import { identity } from "./loops.js";

/** Solves for one matrix `[n, n]` and columns `[n, m]`. */
export const solver: (options: { readonly op: string; readonly check: boolean }) => (a: Tensor, b: Tensor) => Tensor =
  perOptions(({ op, check }: { op: string; check: boolean }) =>
    jit((a: Tensor, b: Tensor): Tensor => {
      const factors = factorize(stopGradient(a));
      if (check) checkPivots(op, factors.pivots);
      return linearSolve((x: Tensor) => np.matmul(a, x), b, {
        solve: (right: Tensor) => factors.solve(right),
        transposeSolve: (right: Tensor) => factors.solveTransposed(right),
      });
    }),
  );

/**
 * Solves a x = b by LU factorization with partial pivoting.
 *
 * @param a `[..., n, n]`
 * @param b a vector `[n]`, or columns `[..., n, m]`; leading axes broadcast, as in NumPy.
 * @returns x, `[..., n]` or `[..., n, m]`
 * @throws NumericalError where a matrix is singular, when the program runs; see `CheckOption`.
 * @throws ShapeError, DTypeError where the arguments do not fit.
 * @example
 * np.linalg.solve([[2, 1], [1, 3]], [3, 5]); // [0.8, 1.4]
 */
export function solve(a: TensorLike, b: TensorLike, options: CheckOption = {}): Tensor {
  const op = "np.linalg.solve";
  const system = readSystem(op, a, b, true);
  const x = overBatch(op, solver({ op, check: options.check ?? true }), [system.a, system.b]);
  return system.isVector ? np.squeeze(x, -1) : x;
}

/**
 * The inverse of a matrix. To solve a system, `solve` is faster and more accurate.
 *
 * @param a `[..., n, n]`
 * @throws NumericalError where a matrix is singular, when the program runs; see `CheckOption`.
 */
export function inv(a: TensorLike, options: CheckOption = {}): Tensor {
  const op = "np.linalg.inv";
  const matrix = readSquare(op, a);
  const one = identity(matrix.shape.at(-1) as number, matrix.dtype);
  return overBatch(op, solver({ op, check: options.check ?? true }), [matrix, one]);
}
