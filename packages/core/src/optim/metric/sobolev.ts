import { ArgumentError, UnsupportedError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { checkPositive } from "../options.js";
import { alongAxes, tracedAlongAxes, type AxesOption } from "./axes.js";
import type { Metric } from "./metric.js";
import { column, tracedBackward, tracedForward, tracedSolve } from "./tracedSweeps.js";
import { backwardSweep, factorHelmholtz, forwardSweep, solveLine, type Boundary, type Factors } from "./tridiagonal.js";

/** Options of `sobolev` and `h1`. */
export interface SobolevOptions {
  /** Length l below which changes are smoothed away, in the unit of `dx`. */
  readonly length: number;
  /** What lies beyond the ends: "neumann" (no slope; the default), "dirichlet" (zeros) or "periodic". */
  readonly boundary?: Boundary;
  /** Distance of neighbouring points. Default 1 / (n - 1): the axis has n points and length 1. */
  readonly dx?: number;
  /** Axes that are smoothed; default all of them. A number that stands alone (shape []) is left as it is. */
  readonly axes?: AxesOption;
}

/**
 * The Sobolev metric: x = x0 + (I - l² D2)⁻¹ z, where D2 is the second difference divided by dx². Rough changes of x are dear,
 * smooth ones cheap, and a gradient that lives in single cells becomes a direction that moves whole regions. The map is
 * symmetric. Along several axes it is applied one after the other.
 *
 * Source: J. W. Neuberger, Sobolev Gradients and Differential Equations, Springer LNM 1670 (1997); the map applied twice is the
 * inverse of the metric |(I - l² D2) x|².
 *
 * @throws ArgumentError if an option is out of range.
 * @example
 * ```ts
 * const optimizer = lbfgs({ memory: 20, metric: sobolev({ length: 0.1 }) });
 * ```
 */
export function sobolev(options: SobolevOptions): Metric {
  const factors = readOptions("sobolev", options);
  const forward = (z: Tensor): Tensor =>
    tracedAlongAxes("sobolev", z, options.axes, (rows) => tracedSolve(factors(rows.shape[0] as number), rows));
  const apply = (z: Float64Array, shape: readonly number[] = [z.length]): Float64Array =>
    alongAxes("sobolev", z, shape, options.axes, (n, values, start, stride) =>
      solveLine(factors(n), values, start, stride),
    );
  return Object.freeze({ name: nameOf("sobolev", options), forward, transpose: forward, apply, applyTranspose: apply });
}

/**
 * The H1 metric: its inverse is (I - l² D2)⁻¹, half as much smoothing as `sobolev`. With I - l² D2 = C Cᵀ (Cholesky), the
 * change of variables is x = x0 + C⁻ᵀ z.
 *
 * @throws ArgumentError if an option is out of range; UnsupportedError for periodic ends, whose factor is not bidiagonal.
 */
export function h1(options: SobolevOptions): Metric {
  const factors = readOptions("h1", options);
  if (options.boundary === "periodic") {
    throw new UnsupportedError({
      what: "h1 does not know periodic ends.",
      got: 'boundary: "periodic"',
      expected: '"neumann" or "dirichlet"',
      fix: "use `sobolev`, which does.",
    });
  }
  const { axes } = options;
  return Object.freeze({
    name: nameOf("h1", options),
    forward: (z: Tensor): Tensor =>
      tracedAlongAxes("h1", z, axes, (rows) => {
        const parts = factors(rows.shape[0] as number);
        return tracedBackward(parts, np.div(rows, column(parts.pivots.map(Math.sqrt), rows)));
      }),
    transpose: (g: Tensor): Tensor =>
      tracedAlongAxes("h1", g, axes, (rows) => {
        const parts = factors(rows.shape[0] as number);
        return np.div(tracedForward(parts, rows), column(parts.pivots.map(Math.sqrt), rows));
      }),
    apply: (z: Float64Array, shape: readonly number[] = [z.length]): Float64Array =>
      alongAxes("h1", z, shape, axes, (n, values, start, stride) => {
        divideByRoots(factors(n), values, start, stride);
        backwardSweep(factors(n), values, start, stride);
      }),
    applyTranspose: (g: Float64Array, shape: readonly number[] = [g.length]): Float64Array =>
      alongAxes("h1", g, shape, axes, (n, values, start, stride) => {
        forwardSweep(factors(n), values, start, stride);
        divideByRoots(factors(n), values, start, stride);
      }),
  });
}

/** Factors for each number of points, made once. */
function readOptions(owner: string, options: SobolevOptions): (n: number) => Factors {
  const { length, boundary = "neumann", dx } = options;
  checkPositive(owner, "length", length);
  if (dx !== undefined) checkPositive(owner, "dx", dx);
  if (!["neumann", "dirichlet", "periodic"].includes(boundary)) {
    throw new ArgumentError({
      what: `${owner}: there is no such boundary.`,
      got: `boundary: ${JSON.stringify(boundary)}`,
      expected: '"neumann", "dirichlet" or "periodic"',
    });
  }
  const made = new Map<number, Factors>();
  return (n) => {
    const known = made.get(n);
    if (known !== undefined) return known;
    const ratio = (length / (dx ?? 1 / Math.max(1, n - 1))) ** 2;
    const factors = factorHelmholtz(n, ratio, boundary);
    made.set(n, factors);
    return factors;
  };
}

function nameOf(owner: string, { length, boundary = "neumann" }: SobolevOptions): string {
  return `${owner}(length ${length}, ${boundary})`;
}

function divideByRoots({ pivots }: Factors, values: Float64Array, start: number, stride: number): void {
  for (let i = 0, at = start; i < pivots.length; i++, at += stride) {
    values[at] = (values[at] as number) / Math.sqrt(pivots[i] as number);
  }
}
