import { factorize } from "../../../linalg/factor.js";
import type { Factors } from "../../../linalg/factors.js";
import { np } from "../../../trace/np.js";
import { linearSolve } from "../../../trace/custom/linearSolve.js";
import { stopGradient } from "../../../trace/custom/stopGradient.js";
import { reshapeTo } from "../../../trace/operands.js";
import type { Tensor } from "../../../trace/tensor.js";

/** The factors of a matrix `[n, n]`; they carry no derivative. */
export function factorized(matrix: Tensor): Factors {
  return factorize(stopGradient(matrix));
}

/** x of matrix x = b, for b `[n]`, with the derivative of the solution. */
export function solveWith(matrix: Tensor, factors: Factors, b: Tensor): Tensor {
  const n = b.shape[0] as number;
  const column = (x: Tensor): Tensor => reshapeTo(x, [n, 1]);
  return linearSolve((x: Tensor) => np.matmul(matrix, x), b, {
    solve: (right) => reshapeTo(factors.solve(column(right)), [n]),
    transposeSolve: (right) => reshapeTo(factors.solveTransposed(column(right)), [n]),
  });
}
