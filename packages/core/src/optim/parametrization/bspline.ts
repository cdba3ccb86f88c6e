import { ArgumentError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { linearMap } from "./linearMap.js";
import type { Parametrization } from "./parametrization.js";

/** Options of `bspline`. */
export interface BsplineOptions {
  /** Number of coefficients, more than `degree`. */
  readonly coefficients: number;
  /** Number of points of the parameter, at equal distances, the first and last at the ends; at least `coefficients`. */
  readonly points: number;
  /** Degree of the pieces; default 3, cubic. */
  readonly degree?: number;
}

/**
 * A parameter along a line as a spline: coefficients of B-splines on uniform knots, clamped, so that the first and the last
 * coefficient are the values at the ends. Few coefficients leave out all that is rough.
 *
 * @throws ArgumentError if the numbers do not allow a spline.
 * @example
 * ```ts
 * const parametrization = perLeaf({ speed: bspline({ coefficients: 8, points: 1000 }) });
 * ```
 */
export function bspline(options: BsplineOptions): Parametrization {
  const { coefficients, points } = options;
  return linearMap({ name: `bspline(${coefficients})`, matrix: bsplineMatrix(options), shape: [points] });
}

/**
 * Values of the B-splines of `bspline` at the points, `[points, coefficients]`. Each row sums to 1.
 *
 * Source: C. de Boor, A Practical Guide to Splines (revised ed. 2001), chapter IX, recurrence (14).
 */
export function bsplineMatrix({ coefficients, points, degree = 3 }: BsplineOptions): Tensor {
  checkWhole("degree", degree, 0);
  checkWhole("coefficients", coefficients, degree + 1);
  checkWhole("points", points, Math.max(2, coefficients));
  const pieces = coefficients - degree;
  const knot = (i: number): number => Math.min(1, Math.max(0, (i - degree) / pieces));
  const matrix = new Float64Array(points * coefficients);
  for (let row = 0; row < points; row++) {
    const x = row / (points - 1);
    const piece = Math.min(pieces - 1, Math.floor(x * pieces));
    // The degree + 1 splines that do not vanish on the piece, raised from degree 0.
    const values = new Float64Array(degree + 1);
    values[0] = 1;
    for (let k = 1; k <= degree; k++) {
      let carried = 0;
      for (let j = 0; j < k; j++) {
        const left = knot(piece + degree + 1 + j - k);
        const right = knot(piece + degree + 1 + j);
        const share = (values[j] as number) / (right - left);
        values[j] = carried + (right - x) * share;
        carried = (x - left) * share;
      }
      values[k] = carried;
    }
    matrix.set(values, row * coefficients + piece);
  }
  return np.array(matrix).reshape([points, coefficients]);
}

function checkWhole(option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ArgumentError({
    what: `bspline: ${option} is out of range.`,
    got: `${option}: ${value}`,
    expected: `a whole number from ${least} on`,
  });
}
