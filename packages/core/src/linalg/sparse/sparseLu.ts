import { isFloat } from "../../util/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import { asTensor, showShape } from "../../trace/operands.js";
import type { Tensor, TensorLike } from "../../trace/tensor.js";
import { jit } from "../../compile/jit.js";
import { indexTensor } from "./indexTensors.js";
import { loopKernels } from "./luLoops.js";
import { scalarKernels } from "./luScalars.js";
import type { OrderingName } from "./ordering.js";
import { showPattern, type SparsePattern } from "./pattern.js";
import { analyse, analyseIncomplete, type SymbolicLu } from "./symbolic.js";

/** Options of `sparseLu`. */
export interface SparseLuOptions {
  /** Order of elimination: "minimumDegree" (the default), or "natural", which keeps that of the matrix. */
  readonly ordering?: OrderingName;
  /** "scalars" writes every operation out, "loops" loops over tables; chosen by size when left out. The bits are the same. */
  readonly form?: "scalars" | "loops";
}

/** A factorization P A Q = L U whose plan is made; `factor` and `solve` run in compiled code, on any matrix of the pattern. */
export interface SparseLu {
  readonly pattern: SparsePattern;
  /** [n]: column of A that each step of the elimination removes, on the host. */
  readonly columnOrder: Int32Array;
  /** [n]: row of A whose entry in that column is the pivot, on the host. */
  readonly rowOrder: Int32Array;
  /** Entries of L and U together, those of A among them, and multiply-adds of one factorization. */
  readonly fill: { readonly entries: number; readonly added: number; readonly multiplyAdds: number };
  readonly form: "scalars" | "loops";
  /** Factors of the matrix with `values` [nnz]; a vector [fill.entries] of L, U and the reciprocals of the pivots. */
  factor(values: TensorLike): Tensor;
  /** x with A x = b, for b of shape [n] or [n, k]. */
  solve(factors: Tensor, b: TensorLike): Tensor;
  /** x with A^T x = b. */
  solveTransposed(factors: Tensor, b: TensorLike): Tensor;
  /** bool, []: whether every pivot and every factor is finite, and so the factors can be used. */
  isRegular(factors: Tensor): Tensor;
}

/** Up to this number of multiply-adds and entries together the work is written out in scalars. */
const scalarLimit = 256;

/**
 * Plans the LU factorization of square sparse matrices of a pattern, once: rows are matched to columns so that no pivot is
 * structurally zero, the order of elimination is chosen for little fill, and the fill is laid out. Pivots stay where the plan has
 * them whatever the values are, which suits matrices with a strong diagonal such as I - h J; where one comes out 0, `isRegular`
 * is false, and what `solve` returns is not finite. `sparseSolve` checks this, refines its result and is differentiable.
 *
 * @throws ShapeError where the pattern is not square.
 * @throws ArgumentError where every matrix of the pattern is singular.
 * @example
 * const lu = sparseLu(A.pattern);
 * const x = lu.solve(lu.factor(A.values), b);
 */
export function sparseLu(pattern: SparsePattern, options: SparseLuOptions = {}): SparseLu {
  expectSquare("sparseLu", pattern);
  return planned("sparseLu", analyse(pattern, checkOrdering(options.ordering ?? "minimumDegree")), options.form);
}

/**
 * Plans the incomplete LU factorization without fill, ILU(0): factors that have entries only where the matrix has, and whose product is
 * near the matrix. For preconditioners (`ilu0Preconditioner`).
 *
 * @throws ShapeError where the pattern is not square; ArgumentError where a diagonal entry is missing.
 */
export function incompleteLu(pattern: SparsePattern, options: Pick<SparseLuOptions, "form"> = {}): SparseLu {
  expectSquare("incompleteLu", pattern);
  return planned("incompleteLu", analyseIncomplete(pattern), options.form);
}

function planned(name: string, symbolic: SymbolicLu, chosen: "scalars" | "loops" | undefined): SparseLu {
  const { pattern } = symbolic;
  const [n] = pattern.shape;
  const entries = symbolic.factors.nnz;
  const form = chosen ?? (symbolic.multiplyAdds + entries <= scalarLimit ? "scalars" : "loops");
  const kernels = form === "scalars" ? scalarKernels(symbolic) : loopKernels(symbolic);
  // called outside of a trace, each is one compiled program, made once
  const factor = jit((values: Tensor) => kernels.factor(values));
  const solve = jit((factors: Tensor, b: Tensor) => kernels.solve(factors, b));
  const solveTransposed = jit((factors: Tensor, b: Tensor) => kernels.solveTransposed(factors, b));
  const rightHandSide = (method: string, factors: Tensor, b: TensorLike): Tensor => {
    expectVector(`${method} of ${name}`, "factors", factors, entries);
    const right = asTensor(b, `the argument \`b\` of ${method}`, factors.dtype);
    if (right.dtype === factors.dtype && right.shape[0] === n && right.shape.length <= 2) return right;
    throw new ShapeError({
      what: `${method} of ${name}: the right-hand side does not fit the matrix.`,
      got: `${right.dtype}${showShape(right.shape)}`,
      expected: `${factors.dtype}[${n}] or ${factors.dtype}[${n}, k]`,
    });
  };
  return Object.freeze({
    pattern,
    columnOrder: symbolic.columnOrder,
    rowOrder: symbolic.rowOrder,
    fill: { entries, added: entries - pattern.nnz, multiplyAdds: symbolic.multiplyAdds },
    form,
    factor: (values: TensorLike): Tensor => {
      const own = asTensor(values, `the argument \`values\` of factor`);
      expectVector(`factor of ${name}`, "values", own, pattern.nnz);
      return n === 0 ? own : factor(own);
    },
    solve: (factors: Tensor, b: TensorLike): Tensor => {
      const right = rightHandSide("solve", factors, b);
      return right.size === 0 ? right : solve(factors, right);
    },
    solveTransposed: (factors: Tensor, b: TensorLike): Tensor => {
      const right = rightHandSide("solveTransposed", factors, b);
      return right.size === 0 ? right : solveTransposed(factors, right);
    },
    isRegular: (factors: Tensor): Tensor => {
      // a pivot that is infinite has the reciprocal 0
      const pivots = np.take(factors, indexTensor(symbolic.pivots));
      return np.logicalAnd(np.all(np.isfinite(factors)), np.all(np.notEqual(pivots, 0)));
    },
  });
}

function expectSquare(name: string, pattern: SparsePattern): void {
  if (pattern.shape[0] === pattern.shape[1]) return;
  throw new ShapeError({ what: `${name} wants a square matrix.`, got: showPattern(pattern), expected: "[n, n]" });
}

function checkOrdering(ordering: OrderingName): OrderingName {
  if (ordering === "minimumDegree" || ordering === "natural") return ordering;
  throw new ArgumentError({
    what: "sparseLu: there is no such ordering.",
    got: String(ordering),
    expected: '"minimumDegree" or "natural"',
  });
}

function expectVector(op: string, name: string, tensor: Tensor, length: number): void {
  if (!isFloat(tensor.dtype)) {
    throw new DTypeError({
      what: `${op} wants floats.`,
      got: `${name}: ${tensor.dtype}`,
      expected: "float64 or float32",
    });
  }
  if (tensor.shape.length === 1 && tensor.shape[0] === length) return;
  throw new ShapeError({
    what: `${op}: \`${name}\` does not fit the pattern.`,
    got: showShape(tensor.shape),
    expected: showShape([length]),
  });
}
