import { ShapeError } from "../../../util/errors.js";
import { columnColoring } from "../../../linalg/sparse/coloring.js";
import { jacobianSparsity } from "../../../linalg/sparse/jacobianSparsity.js";
import { showPattern, sparsePattern, type SparsePattern } from "../../../linalg/sparse/pattern.js";
import { csr } from "../../../linalg/sparse/csr.js";
import { sparseJacobian } from "../../../linalg/sparse/sparseJacobian.js";
import { sparseLu, type SparseLu } from "../../../linalg/sparse/sparseLu.js";
import { np } from "../../../trace/np.js";
import { linearSolve } from "../../../trace/custom/linearSolve.js";
import { stopGradient } from "../../../trace/custom/stopGradient.js";
import type { Tensor } from "../../../trace/tensor.js";
import type { Jacobian } from "./linearSystem.js";

/** The Jacobian of a function of vectors, sparse. Its pattern and the plan of its factorization are made once. */
export function sparseJacobianOf(
  sparsity: SparsePattern | "detect",
  size: number,
): (f: (y: Tensor) => Tensor, y: Tensor) => Jacobian {
  let known: Plan | null = null;
  return (f, y) => {
    known ??= planOf(sparsity === "detect" ? jacobianSparsity(f, y) : sparsity, size);
    const { pattern, lu, diagonal, directions } = known;
    const matrix = sparseJacobian(f, pattern)(y);
    const one = np.array(diagonal).astype(y.dtype);
    return {
      directions,
      times: (x) => matrix.matvec(x),
      norm: () => np.max(csr(pattern, np.abs(matrix.values)).matvec(np.onesLike(y))),
      system: (hGamma, apply) => {
        const values = np.sub(one, np.mul(stopGradient(matrix.values), stopGradient(hGamma)));
        const factors = lu.factor(values);
        return {
          solve: (b) =>
            linearSolve((x: Tensor) => np.sub(x, np.mul(apply(x), hGamma)), b, {
              solve: (right) => lu.solve(factors, right),
              transposeSolve: (right) => lu.solveTransposed(factors, right),
            }),
        };
      },
    };
  };
}

interface Plan {
  /** That of the Jacobian and the identity. */
  readonly pattern: SparsePattern;
  readonly lu: SparseLu;
  /** [nnz]: 1 on the diagonal, else 0. */
  readonly diagonal: Float64Array;
  readonly directions: number;
}

function planOf(own: SparsePattern, size: number): Plan {
  if (own.shape[0] !== size || own.shape[1] !== size) {
    throw new ShapeError({
      what: "The sparsity of a stiff method's Jacobian does not have a row and a column for each entry of the state.",
      got: showPattern(own),
      expected: `${size} x ${size}`,
    });
  }
  const indices = Array.from({ length: size }, (_, i) => i);
  const pattern = sparsePattern({
    shape: [size, size],
    rows: [...own.rows, ...indices],
    columns: [...own.columns, ...indices],
  });
  return {
    pattern,
    lu: sparseLu(pattern),
    diagonal: Float64Array.from(pattern.rows, (row, entry) => (row === pattern.columns[entry] ? 1 : 0)),
    directions: columnColoring(pattern).count,
  };
}
