import { np } from "../../trace/np.js";
import { linearSolve } from "../../trace/custom/linearSolve.js";
import { stopGradient } from "../../trace/custom/stopGradient.js";
import type { Tensor } from "../../trace/tensor.js";
import { csr, type CsrMatrix } from "./csr.js";
import { perPattern } from "./perPattern.js";
import { incompleteLu } from "./sparseLu.js";

/** An approximate inverse: a linear function from a residual [n] to a correction [n]. */
export type Preconditioner = (residual: Tensor) => Tensor;

/** Divides by the diagonal; where that is 0, by 1. */
export function jacobiPreconditioner(A: CsrMatrix): Preconditioner {
  const diagonal = stopGradient(A.diagonal());
  const divisor = np.where(diagonal.equal(0), 1, diagonal);
  return (residual) => residual.div(residual.shape.length === 2 ? divisor.expandDims(1) : divisor);
}

/**
 * Solves with the incomplete factors of A that have no fill, ILU(0). They are computed when this is called; its derivative is not
 * taken, as a solution does not depend on its preconditioner.
 *
 * @throws ShapeError where A is not square; ArgumentError where it lacks a diagonal entry.
 * @example
 * const { x } = gmres((v: Tensor) => A.matvec(v), b, { preconditioner: ilu0Preconditioner(A) });
 */
export function ilu0Preconditioner(A: CsrMatrix): Preconditioner {
  const plan = planOf(A.pattern);
  const fixed = csr(A.pattern, stopGradient(A.values));
  const factors = plan.factor(fixed.values);
  // as an equation, so that its transpose is known; the operator serves derivatives by what it captures, of which there are none
  return (residual) =>
    linearSolve((v: Tensor) => fixed.matvec(v), residual, {
      solve: (r) => plan.solve(factors, r),
      transposeSolve: (r) => plan.solveTransposed(factors, r),
    });
}

const planOf = perPattern((pattern) => incompleteLu(pattern));
