import { ArgumentError, np, type Tensor } from "@simgrad/core";
import type { SingularValues } from "./singularValues.js";

/** What an inversion can tell apart. */
export interface Resolution {
  /** R, `[n, n]`: row i says of which mixture of the true parameters the found parameter i consists. */
  readonly matrix: Tensor;
  /** Diagonal of R, `[n]`: 1 where a parameter is found by itself, 0 where the data say nothing of it. */
  readonly diagonal: Tensor;
  /** Trace of R: how many numbers the data determine. */
  readonly count: number;
}

/**
 * The model resolution matrix R = V F Vᵀ of a damped linear inversion, with F = s² / (s² + damping²) for each singular value s:
 * a pattern counts as far as its singular value is above the damping, which is what noise, or a prior, makes of the data.
 *
 * Source: W. Menke, Geophysical Data Analysis: Discrete Inverse Theory, 3rd ed. 2012, sections 4.2 and 7.3.
 *
 * @param damping - in the unit of the singular values; for noise of sigma and parameters that vary by delta it is sigma / delta
 * @throws ArgumentError unless damping is positive.
 */
export function resolution(decomposition: SingularValues, damping: number): Resolution {
  if (!(damping > 0 && damping < Infinity)) {
    throw new ArgumentError({
      what: "resolution: damping is out of range.",
      got: `damping: ${damping}`,
      expected: "a positive number",
    });
  }
  const { values, right } = decomposition;
  const squares = np.square(values);
  const filter = squares.div(squares.add(damping * damping));
  const matrix = np.matmul(right.mul(filter), np.transpose(right, [1, 0]));
  return { matrix, diagonal: np.sum(np.square(right).mul(filter), 1), count: np.sum(filter).item() };
}
