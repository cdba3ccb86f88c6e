/** What lies beyond the ends of an axis: a mirror (no slope), zeros, or the other end. */
export type Boundary = "neumann" | "dirichlet" | "periodic";

/**
 * The factors of A = I - l² D2 = M D Mᵀ, where D2 is the second difference divided by dx² and M is 1 on its diagonal and
 * `lower` just below it. A periodic A is that of its factors plus `corner` times w wᵀ, with w = 1 at both ends.
 */
export interface Factors {
  /** Diagonal of D, `[n]`; positive. */
  readonly pivots: Float64Array;
  /** Entry i is M[i, i - 1], `[n]`; entry 0 is 0. */
  readonly lower: Float64Array;
  /** Entry i is M[i + 1, i], `[n]`; the last entry is 0. */
  readonly upper: Float64Array;
  /** For periodic ends: q with (M D Mᵀ) q = w, `[n]`, and what multiplies wᵀ y in A⁻¹b = y - factor (wᵀ y) q. */
  readonly cycle: { readonly q: Float64Array; readonly factor: number } | null;
}

/**
 * Factors I - l² D2 on n points.
 *
 * Sources: the Thomas algorithm, G. H. Golub and C. F. Van Loan, Matrix Computations, 4th ed., section 4.3.6 (symmetric
 * positive definite tridiagonal systems); periodic ends by the formula of Sherman and Morrison, there section 2.1.4.
 *
 * @param ratio - l² / dx²
 */
export function factorHelmholtz(n: number, ratio: number, boundary: Boundary): Factors {
  const cyclic = boundary === "periodic" && n > 1;
  const ends = cyclic ? 3 : boundary === "neumann" ? 1 : 2;
  // One point has no neighbour: a mirror or the other end shows it itself, and D2 is 0.
  const alone = boundary === "dirichlet" ? 2 : 0;
  const degree = (i: number): number => (n === 1 ? alone : i === 0 || i === n - 1 ? ends : 2);
  const pivots = new Float64Array(n);
  const lower = new Float64Array(n);
  const upper = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const diagonal = 1 + ratio * degree(i);
    if (i > 0) {
      lower[i] = -ratio / (pivots[i - 1] as number);
      upper[i - 1] = lower[i] as number;
    }
    pivots[i] = i === 0 ? diagonal : diagonal + (lower[i] as number) * ratio;
  }
  const plain = { pivots, lower, upper, cycle: null };
  if (!cyclic) return plain;
  const q = new Float64Array(n);
  q[0] = 1;
  q[n - 1] = 1;
  solveLine(plain, q, 0, 1);
  const across = (q[0] as number) + (q[n - 1] as number);
  return { ...plain, cycle: { q, factor: -ratio / (1 - ratio * across) } };
}

/** Solves A x = b in place along one line of an array: entries `start + i * stride`. */
export function solveLine(factors: Factors, values: Float64Array, start: number, stride: number): void {
  const { pivots, cycle } = factors;
  forwardSweep(factors, values, start, stride);
  for (let i = 0, at = start; i < pivots.length; i++, at += stride) {
    values[at] = (values[at] as number) / (pivots[i] as number);
  }
  backwardSweep(factors, values, start, stride);
  if (cycle === null) return;
  const last = start + (pivots.length - 1) * stride;
  const share = cycle.factor * ((values[start] as number) + (values[last] as number));
  for (let i = 0, at = start; i < pivots.length; i++, at += stride) {
    values[at] = (values[at] as number) - share * (cycle.q[i] as number);
  }
}

/** M⁻¹ in place: y[i] = b[i] - M[i, i - 1] y[i - 1]. */
export function forwardSweep({ lower }: Factors, values: Float64Array, start: number, stride: number): void {
  let before = 0;
  for (let i = 0, at = start; i < lower.length; i++, at += stride) {
    before = (values[at] as number) - (lower[i] as number) * before;
    values[at] = before;
  }
}

/** M⁻ᵀ in place: x[i] = y[i] - M[i + 1, i] x[i + 1]. */
export function backwardSweep({ upper }: Factors, values: Float64Array, start: number, stride: number): void {
  let after = 0;
  for (let i = upper.length - 1, at = start + i * stride; i >= 0; i--, at -= stride) {
    after = (values[at] as number) - (upper[i] as number) * after;
    values[at] = after;
  }
}
