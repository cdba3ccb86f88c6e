import { ArgumentError, linearMetric, np, ShapeError, type Metric, type Tensor } from "@simgrad/core";

/** Options of `illumination`. */
export interface IlluminationOptions {
  /** How strongly the data depend on each parameter, `[n]`: from `sensitivity` or `estimateSensitivity`. */
  readonly sensitivity: Tensor;
  /** What is added to the sensitivity, as a part of its largest entry, so that nothing is divided by almost 0; default 0.1. */
  readonly floor?: number;
  /** A metric to work in besides: x = x0 + S L z, with S this one. */
  readonly metric?: Metric;
}

/**
 * Preconditions a gradient by the illumination: parameters that the data feel little move more, x = x0 + L z with
 * L_ii = max(s) / sqrt(s_i² + (floor max(s))²), so that L Lᵀ is the inverse of the diagonal of Jᵀ J, damped.
 *
 * Source: C. Shin, S. Jang and D.-J. Min, Improved amplitude preservation for prestack depth migration by inverse scattering
 * theory, Geophysical Prospecting 49 (2001) 592-606, the diagonal of the (pseudo-)Hessian as a scale of the gradient.
 *
 * @throws ShapeError if the sensitivity is no vector; ArgumentError if it has no positive entry, or floor is not positive.
 */
export function illumination(options: IlluminationOptions): Metric {
  const { sensitivity, floor = 0.1, metric } = options;
  if (sensitivity.shape.length !== 1) {
    throw new ShapeError({
      what: "illumination: the sensitivity does not have an entry for each parameter.",
      got: `shape [${sensitivity.shape.join(", ")}]`,
      expected: "[n]",
    });
  }
  const largest = np.max(sensitivity).item();
  if (!(largest > 0 && largest < Infinity) || !(floor > 0 && floor < Infinity)) {
    throw new ArgumentError({
      what: "illumination: an option is out of range.",
      got: `floor: ${floor}, largest sensitivity: ${largest}`,
      expected: "positive numbers",
    });
  }
  const scales = np.div(largest, np.sqrt(np.square(sensitivity).add((floor * largest) ** 2)));
  const name = `illumination(floor ${floor}${metric === undefined ? "" : `, ${metric.name}`})`;
  return linearMetric({
    name,
    map: (z) => {
      const scaled = z.mul(scales.astype(z.dtype));
      return metric === undefined ? scaled : metric.forward(scaled);
    },
  });
}
