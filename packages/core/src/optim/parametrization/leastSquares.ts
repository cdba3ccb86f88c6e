import { ArgumentError } from "../../util/errors.js";

/**
 * The matrix that takes a right-hand side b to the x of least |A x - b|: R⁻¹ Qᵀ of A = Q R by Householder reflections.
 *
 * Source: G. H. Golub and C. F. Van Loan, Matrix Computations, 4th ed., algorithm 5.2.1 and section 5.3.2.
 *
 * @param a - `[rows, columns]`, row-major
 * @returns `[columns, rows]`, row-major
 * @throws ArgumentError if the columns of A are linearly dependent, up to rounding.
 */
export function leastSquaresInverse(owner: string, a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const r = Float64Array.from(a);
  // Column k holds the vector of reflection k, which is 0 above row k.
  const v = new Float64Array(rows * columns);
  const betas = new Float64Array(columns);
  let largest = 0;
  for (let k = 0; k < columns; k++) {
    let norm = 0;
    for (let i = k; i < rows; i++) norm = Math.hypot(norm, r[i * columns + k] as number);
    largest = Math.max(largest, norm);
    // A column that lies in the span of those before it leaves nothing but their rounding.
    if (!(norm > largest * rows * Number.EPSILON)) {
      throw new ArgumentError({
        what: `${owner}: the columns of the matrix depend on each other, so that coordinates are not determined.`,
        got: `column ${k}, a combination of those before it, in a matrix [${rows}, ${columns}]`,
        expected: `${columns} independent columns`,
        fix: "leave out columns.",
      });
    }
    const alpha = (r[k * columns + k] as number) > 0 ? -norm : norm;
    let square = 0;
    for (let i = k; i < rows; i++) {
      const entry = (r[i * columns + k] as number) - (i === k ? alpha : 0);
      v[i * columns + k] = entry;
      square += entry * entry;
    }
    betas[k] = 2 / square;
    for (let j = k; j < columns; j++) reflect(r, j, k);
  }

  // The first columns of Q: the reflections in reverse, on the first columns of the identity.
  const q = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    q[j * columns + j] = 1;
    for (let k = columns - 1; k >= 0; k--) reflect(q, j, k);
  }
  const inverse = new Float64Array(columns * rows);
  for (let j = 0; j < rows; j++) {
    for (let i = columns - 1; i >= 0; i--) {
      let value = q[j * columns + i] as number;
      for (let k = i + 1; k < columns; k++) {
        value -= (r[i * columns + k] as number) * (inverse[k * rows + j] as number);
      }
      inverse[i * rows + j] = value / (r[i * columns + i] as number);
    }
  }
  return inverse;

  /** Applies reflection k to column j of a matrix. */
  function reflect(matrix: Float64Array, j: number, k: number): void {
    let sum = 0;
    for (let i = k; i < rows; i++) sum += (v[i * columns + k] as number) * (matrix[i * columns + j] as number);
    const share = sum * (betas[k] as number);
    for (let i = k; i < rows; i++) {
      matrix[i * columns + j] = (matrix[i * columns + j] as number) - share * (v[i * columns + k] as number);
    }
  }
}
