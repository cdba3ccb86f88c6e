import { ArgumentError } from "../../util/errors.js";
import { emit } from "../../trace/frame.js";
import { np } from "../../trace/np.js";
import { linearSolve } from "../../trace/custom/linearSolve.js";
import { stopGradient } from "../../trace/custom/stopGradient.js";
import { asTensor } from "../../trace/operands.js";
import type { Tensor, TensorLike } from "../../trace/tensor.js";
import { jit } from "../../compile/jit.js";
import { csr, type CsrMatrix } from "./csr.js";
import { perPattern } from "./perPattern.js";
import { samePattern, showPattern } from "./pattern.js";
import { sparseLu, type SparseLu } from "./sparseLu.js";

/** Options of `sparseSolve`. */
export interface SparseSolveOptions {
  /** The plan of the factorization; made once for each pattern when left out. */
  readonly lu?: SparseLu;
  /**
   * Steps of iterative refinement, which make good what pivots lose that are chosen without looking at the values (X. S. Li and J. W.
   * Demmel, SC98, Making sparse Gaussian elimination scalable by static pivoting). Default 1.
   */
  readonly refine?: number;
  /** Whether a solution that does not satisfy the equation makes the run fail. Default true. */
  readonly check?: boolean;
}

/**
 * Solves A x = b for a sparse A. Differentiable with respect to the values of A and to b, forward, in reverse and to any order; A is
 * factored once for a value and all its derivatives.
 *
 * @param b [n] or [n, k]; x has its shape.
 * @throws ArgumentError where every matrix of the pattern is singular; ShapeError where b does not fit.
 * @throws NumericalError where the solution found does not satisfy the equation (a pivot vanishes or is far too small, or the values
 * are not finite), unless `check` is false.
 * @example
 * const A = csrFromDense([[4, 1], [0, 2]]);
 * sparseSolve(A, [6, 4]).toArray(); // [1, 2]
 */
export function sparseSolve(A: CsrMatrix, b: TensorLike, options: SparseSolveOptions = {}): Tensor {
  const lu = options.lu ?? planOf(A.pattern);
  if (!samePattern(lu.pattern, A.pattern)) {
    throw new ArgumentError({
      what: "sparseSolve: the plan `lu` was made for another pattern.",
      got: `${showPattern(lu.pattern)} for a matrix of ${showPattern(A.pattern)}`,
      fix: "make it with `sparseLu(A.pattern)`.",
    });
  }
  const refine = options.refine ?? 1;
  if (!Number.isInteger(refine) || refine < 0 || refine > 100) {
    throw new ArgumentError({ what: "sparseSolve: `refine` is a small number of steps.", got: String(refine) });
  }
  return solverOf(lu, refine, options.check ?? true)(A.values, asTensor(b, "the argument `b` of sparseSolve", A.dtype));
}

const planOf = perPattern((pattern) => sparseLu(pattern));

type SolveProgram = (values: Tensor, b: Tensor) => Tensor;

const programs = new WeakMap<SparseLu, Map<string, SolveProgram>>();

/** One compiled program for each plan and choice of options. */
function solverOf(lu: SparseLu, refine: number, check: boolean): SolveProgram {
  let known = programs.get(lu);
  if (known === undefined) programs.set(lu, (known = new Map<string, SolveProgram>()));
  const key = `${refine} ${check}`;
  let program = known.get(key);
  if (program === undefined) {
    const sparseSolve = (values: Tensor, b: Tensor): Tensor => solveWith(lu, values, b, refine, check);
    known.set(key, (program = jit(sparseSolve) as unknown as SolveProgram));
  }
  return program;
}

function solveWith(lu: SparseLu, values: Tensor, b: Tensor, refine: number, check: boolean): Tensor {
  const matrix = csr(lu.pattern, values);
  const fixed = csr(lu.pattern, stopGradient(values));
  const factors = lu.factor(fixed.values);
  const x = linearSolve((v: Tensor) => matrix.matvec(v), b, {
    solve: (right: Tensor) =>
      refined(
        right,
        (r) => lu.solve(factors, r),
        (v) => fixed.matvec(v),
        refine,
      ),
    transposeSolve: (right: Tensor) =>
      refined(
        right,
        (r) => lu.solveTransposed(factors, r),
        (v) => fixed.transposeMatvec(v),
        refine,
      ),
  });
  if (check && b.size > 0) expectSolution(fixed, stopGradient(x), stopGradient(b));
  return x;
}

function refined(b: Tensor, solve: (r: Tensor) => Tensor, apply: (x: Tensor) => Tensor, steps: number): Tensor {
  let x = solve(b);
  for (let step = 0; step < steps; step++) x = x.add(solve(b.sub(apply(x))));
  return x;
}

/** Fails where the residual is not small beside its terms; half of the digits is what a good factorization exceeds by far. */
function expectSolution(A: CsrMatrix, x: Tensor, b: Tensor): void {
  const largest = (t: Tensor): Tensor => np.max(np.abs(t));
  const residual = largest(b.sub(A.matvec(x)));
  const scale = largest(A.values).mul(largest(x)).add(largest(b));
  const bound = A.dtype === "float32" ? 3e-4 : 1e-8;
  emit(
    "check",
    {
      message:
        "sparseSolve: the solution does not satisfy the equation; the matrix is singular, has pivots that are far too small on the " +
        "diagonal of its plan, or is not finite. Look at the matrix; pivots are not exchanged at run time, so rows may need another order.",
    },
    [residual.lessEqual(scale.mul(bound)).logicalAnd(residual.isfinite())],
  );
}
