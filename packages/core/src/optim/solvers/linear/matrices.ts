/** Dense matrices, row-major in Float64Array. */

/** The identity, `[n, n]`. */
export function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
  return matrix;
}

/** Matrix `[m, n]` times vector `[n]`. */
export function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const m = n === 0 ? 0 : matrix.length / n;
  const result = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * vector[j]!;
    result[i] = sum;
  }
  return result;
}

/** Vector `[m]` times matrix `[m, n]`. */
export function multiplyLeft(vector: Float64Array, matrix: Float64Array): Float64Array {
  const m = vector.length;
  const n = m === 0 ? 0 : matrix.length / m;
  const result = new Float64Array(n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) result[j]! += vector[i]! * matrix[i * n + j]!;
  return result;
}

/**
 * Solves a square system by elimination with row pivoting.
 *
 * @returns null where the matrix is singular to rounding
 */
export function solveSquare(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const n = right.length;
  const a = matrix.slice();
  const x = right.slice();
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = i;
    if (!(Math.abs(a[pivot * n + k]!) > 0)) return null;
    if (pivot !== k) {
      for (let j = 0; j < n; j++) [a[k * n + j], a[pivot * n + j]] = [a[pivot * n + j]!, a[k * n + j]!];
      [x[k], x[pivot]] = [x[pivot]!, x[k]!];
    }
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / a[k * n + k]!;
      if (factor === 0) continue;
      for (let j = k; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
      x[i]! -= factor * x[k]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i]! -= a[i * n + j]! * x[j]!;
    x[i]! /= a[i * n + i]!;
  }
  return x;
}

/**
 * The inverse of a square matrix, by elimination with row pivoting.
 *
 * @returns null where the matrix is singular to rounding
 */
export function inverse(matrix: Float64Array, n: number): Float64Array | null {
  const a = matrix.slice();
  const result = identity(n);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = i;
    if (!(Math.abs(a[pivot * n + k]!) > 0)) return null;
    for (const rows of [a, result]) {
      if (pivot !== k) {
        for (let j = 0; j < n; j++) [rows[k * n + j], rows[pivot * n + j]] = [rows[pivot * n + j]!, rows[k * n + j]!];
      }
    }
    const head = a[k * n + k]!;
    for (let j = 0; j < n; j++) {
      a[k * n + j]! /= head;
      result[k * n + j]! /= head;
    }
    for (let i = 0; i < n; i++) {
      const factor = a[i * n + k]!;
      if (i === k || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        a[i * n + j]! -= factor * a[k * n + j]!;
        result[i * n + j]! -= factor * result[k * n + j]!;
      }
    }
  }
  return result.every(Number.isFinite) ? result : null;
}

/**
 * Solves min |A x - b| for A `[m, n]` of full column rank, m >= n, by Householder reflections (G. H. Golub and C. F. Van Loan,
 * Matrix Computations, 4th ed. 2013, Algorithms 5.2.1 and 5.3.2).
 *
 * @returns null where the rank is lower
 */
export function leastSquares(matrix: Float64Array, right: Float64Array, n: number): Float64Array | null {
  const m = right.length;
  if (m < n) return null;
  const a = matrix.slice();
  const b = right.slice();
  let largest = 0;
  for (let k = 0; k < n; k++) {
    let square = 0;
    for (let i = k; i < m; i++) square += a[i * n + k]! ** 2;
    const length = Math.sqrt(square);
    largest = Math.max(largest, length);
    // Machine epsilon times the number of rows: what rounding leaves of a column that depends on others.
    if (!(length > m * 2.3e-16 * largest)) return null;
    const head = a[k * n + k]!;
    const diagonal = head > 0 ? -length : length;
    const first = head - diagonal;
    a[k * n + k] = first;
    const beta = -1 / (diagonal * first);
    for (let j = k + 1; j < n; j++) {
      let sum = 0;
      for (let i = k; i < m; i++) sum += a[i * n + k]! * a[i * n + j]!;
      for (let i = k; i < m; i++) a[i * n + j]! -= beta * sum * a[i * n + k]!;
    }
    let sum = 0;
    for (let i = k; i < m; i++) sum += a[i * n + k]! * b[i]!;
    for (let i = k; i < m; i++) b[i]! -= beta * sum * a[i * n + k]!;
    a[k * n + k] = diagonal;
  }
  const x = b.slice(0, n);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i]! -= a[i * n + j]! * x[j]!;
    x[i]! /= a[i * n + i]!;
  }
  return x;
}

/** Eigenvalues, and orthonormal eigenvectors as columns, `[n, n]`. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and vectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, section 8.5).
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const vectors = identity(n);
  let size = 0;
  for (const entry of a) size += entry * entry;
  // It converges quadratically; a handful of sweeps does, 50 is out of reach but for entries that are not finite.
  for (let sweep = 0; sweep < 50; sweep++) {
    let outside = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) outside += a[i * n + j]! ** 2;
    if (!(outside > 1e-34 * size)) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q);
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors };
}

/** Makes a[p, q] zero. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const tau = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const akp = a[k * n + p]!;
    const akq = a[k * n + q]!;
    a[k * n + p] = c * akp - s * akq;
    a[k * n + q] = s * akp + c * akq;
  }
  for (let k = 0; k < n; k++) {
    const apk = a[p * n + k]!;
    const aqk = a[q * n + k]!;
    a[p * n + k] = c * apk - s * aqk;
    a[q * n + k] = s * apk + c * aqk;
  }
  for (let k = 0; k < n; k++) {
    const vkp = vectors[k * n + p]!;
    const vkq = vectors[k * n + q]!;
    vectors[k * n + p] = c * vkp - s * vkq;
    vectors[k * n + q] = s * vkp + c * vkq;
  }
}
