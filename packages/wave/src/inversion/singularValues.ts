import { ArgumentError, NumericalError, ShapeError, type Tensor, np } from "@simgrad/core";

/** A = U diag(values) Vᵀ, the values from the largest to the least. */
export interface SingularValues {
  /** `[k]`, with k the smaller of rows and columns. */
  readonly values: Tensor;
  /** U, `[rows, k]`: patterns of data. A column that belongs to a value of 0 is 0. */
  readonly left: Tensor;
  /** V, `[columns, k]`: patterns of parameters. */
  readonly right: Tensor;
}

/** Two columns count as orthogonal where the cosine of their angle is this small. */
const orthogonal = 1e-15;
const maxSweeps = 60;

/**
 * The singular values of a small matrix, by Jacobi rotations of its columns until all are orthogonal: exact to the last digits
 * for the small values too, and meant for up to some hundred columns (or rows, if these are fewer).
 *
 * Source: M. R. Hestenes, Inversion of matrices by biorthogonalization and related results, J. SIAM 6 (1958) 51-90; as in
 * G. H. Golub and C. F. Van Loan, Matrix Computations, 4th ed. 2013, section 8.6.3.
 *
 * @param matrix - `[rows, columns]`
 * @throws ShapeError if it is no matrix; ArgumentError if an entry is not finite.
 */
export function singularValues(matrix: Tensor): SingularValues {
  const [rows = 0, columns = 0] = matrix.shape;
  if (matrix.shape.length !== 2 || rows * columns === 0) {
    throw new ShapeError({
      what: "singularValues: this is no matrix.",
      got: `shape [${matrix.shape.join(", ")}]`,
      expected: "[rows, columns], none of them 0",
    });
  }
  const data = Float64Array.from(matrix.data);
  if (!data.every(Number.isFinite)) {
    throw new ArgumentError({
      what: "singularValues: the matrix has entries that are not finite.",
      expected: "finite numbers",
    });
  }
  if (rows >= columns) return decompose(columnsOf(data, rows, columns), rows);
  // The transpose has the same values, and left and right changed places.
  const { values, left, right } = decompose(columnsOf(transposed(data, rows, columns), columns, rows), columns);
  return { values, left: right, right: left };
}

/** Rotates pairs of columns, and the same of an identity, until all are orthogonal. */
function decompose(a: Float64Array[], rows: number): SingularValues {
  const n = a.length;
  const v = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (__, k) => (k === i ? 1 : 0)));
  for (let sweep = 0; rotateAll(a, v); sweep++) {
    if (sweep < maxSweeps) continue;
    throw new NumericalError({
      what: "singularValues: the rotations do not come to an end.",
      got: `${maxSweeps} sweeps over ${n} columns`,
      fix: "scale the matrix, so that its entries are nearer to 1.",
    });
  }
  const lengths = a.map((column) => Math.sqrt(dot(column, column)));
  const order = lengths.map((_, i) => i).sort((i, j) => (lengths[j] as number) - (lengths[i] as number));
  const values = order.map((i) => lengths[i] as number);
  const left = order.map((i) => {
    const length = lengths[i] as number;
    return (a[i] as Float64Array).map((entry) => (length > 0 ? entry / length : 0));
  });
  return {
    values: np.array(values),
    left: fromColumns(left, rows),
    right: fromColumns(
      order.map((i) => v[i] as Float64Array),
      n,
    ),
  };
}

/** One sweep over all pairs; whether any of them was not orthogonal yet. */
function rotateAll(a: readonly Float64Array[], v: readonly Float64Array[]): boolean {
  let rotated = false;
  for (let p = 0; p < a.length - 1; p++) {
    for (let q = p + 1; q < a.length; q++) {
      const ap = a[p] as Float64Array;
      const aq = a[q] as Float64Array;
      const alpha = dot(ap, ap);
      const beta = dot(aq, aq);
      const gamma = dot(ap, aq);
      if (gamma === 0 || Math.abs(gamma) <= orthogonal * Math.sqrt(alpha * beta)) continue;
      rotated = true;
      const zeta = (beta - alpha) / (2 * gamma);
      // The smaller of the two angles that make the columns orthogonal.
      const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
      const cosine = 1 / Math.sqrt(1 + tangent * tangent);
      rotate(ap, aq, cosine, cosine * tangent);
      rotate(v[p] as Float64Array, v[q] as Float64Array, cosine, cosine * tangent);
    }
  }
  return rotated;
}

function rotate(x: Float64Array, y: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < x.length; i++) {
    const xi = x[i] as number;
    const yi = y[i] as number;
    x[i] = cosine * xi - sine * yi;
    y[i] = sine * xi + cosine * yi;
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (y[i] as number);
  return sum;
}

function columnsOf(data: Float64Array, rows: number, columns: number): Float64Array[] {
  return Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, (__, i) => data[i * columns + j] as number),
  );
}

function transposed(data: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from(data, (_, at) => data[(at % rows) * columns + Math.floor(at / rows)] as number);
}

function fromColumns(columns: readonly Float64Array[], rows: number): Tensor {
  const k = columns.length;
  const data = Float64Array.from(
    { length: rows * k },
    (_, at) => (columns[at % k] as Float64Array)[Math.floor(at / k)] as number,
  );
  return np.array(data).reshape([rows, k]);
}
