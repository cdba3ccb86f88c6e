import { ArgumentError, jit, jvp, np, ShapeError, vjp, type Tensor } from "@simgrad/core";
import { uniforms } from "./noise.js";

/**
 * Products of a function's Jacobian at `x` with directions, `[directions, outputs]`: row k is J d_k. Each costs one run of the
 * linearised function; all of them go through one compiled program.
 *
 * @param f - a function of a vector, whose result may have any shape; it is flattened
 * @param x - `[n]`
 * @param directions - `[directions, n]`
 * @throws ShapeError if the directions do not fit `x`.
 */
export function jacobianProducts(f: (x: Tensor) => Tensor, x: Tensor, directions: Tensor): Tensor {
  const [n] = checkVector("jacobianProducts", x);
  const [count = 0, length] = directions.shape;
  if (directions.shape.length !== 2 || length !== n || count === 0) {
    throw new ShapeError({
      what: "jacobianProducts: the directions do not fit.",
      got: `directions of shape [${directions.shape.join(", ")}] for x of shape [${n}]`,
      expected: `[directions, ${n}], at least one`,
    });
  }
  const product = jit((at: Tensor, direction: Tensor) => np.ravel(jvp(f, [at], [direction])[1] as Tensor));
  return np.stack(Array.from({ length: count }, (_, k) => product(x, directions.at(k).get())));
}

/**
 * How strongly the result of a function depends on single entries of its argument: the norms of columns of the Jacobian,
 * |d f / d x_i|, exactly; `[entries]`. One run of the linearised function for each.
 *
 * @param entries - which ones; default all
 * @throws ArgumentError if `x` has no such entry.
 */
export function sensitivity(f: (x: Tensor) => Tensor, x: Tensor, entries?: readonly number[]): Tensor {
  const [n] = checkVector("sensitivity", x);
  const chosen = entries ?? Array.from({ length: n }, (_, i) => i);
  const wrong = chosen.find((entry) => !(Number.isInteger(entry) && entry >= 0 && entry < n));
  if (wrong !== undefined || chosen.length === 0) {
    throw new ArgumentError({
      what: "sensitivity: there is no such entry.",
      got: wrong === undefined ? "no entries" : `entry ${wrong}`,
      expected: `integers from 0 to ${n - 1}`,
    });
  }
  const norm = jit((at: Tensor, direction: Tensor) => np.norm(np.ravel(jvp(f, [at], [direction])[1] as Tensor)));
  const unit = (entry: number): Tensor => {
    const direction = new Float64Array(n);
    direction[entry] = 1;
    return np.array(direction, x.dtype);
  };
  return np.array(chosen.map((entry) => norm(x, unit(entry)).item()));
}

/** Options of `estimateSensitivity`. */
export interface EstimateOptions {
  /** Number of random probes; the relative error is about sqrt(1 / (2 probes)). Default 64. */
  readonly probes?: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * The same for all entries at once, `[n]`, estimated: for r of independent signs +-1, the mean of (Jᵀ r)_i² is |J e_i|². One
 * gradient for each probe, however many entries there are.
 *
 * Source: C. Bekas, E. Kokiopoulou and Y. Saad, An estimator for the diagonal of a matrix, Applied Numerical Mathematics 57
 * (2007) 1214-1229, applied to Jᵀ J in its symmetric form.
 *
 * @throws ArgumentError if the number of probes is no positive integer.
 */
export function estimateSensitivity(f: (x: Tensor) => Tensor, x: Tensor, options: EstimateOptions = {}): Tensor {
  const { probes = 64, seed = 0 } = options;
  checkVector("estimateSensitivity", x);
  if (!Number.isInteger(probes) || probes < 1) {
    throw new ArgumentError({
      what: "estimateSensitivity: probes is out of range.",
      got: `probes: ${probes}`,
      expected: "a positive integer",
    });
  }
  const back = jit((at: Tensor, signs: Tensor) => np.square(vjp(f, at)[1](signs)[0] as Tensor));
  const { shape, dtype } = jit(f)(x);
  const size = shape.reduce((product, extent) => product * extent, 1);
  const uniform = uniforms(seed);
  let sum = np.zerosLike(x);
  for (let probe = 0; probe < probes; probe++) {
    const signs = Float64Array.from({ length: size }, () => (uniform() < 0.5 ? -1 : 1));
    sum = sum.add(back(x, np.array(signs, dtype).reshape(shape)));
  }
  return np.sqrt(sum.div(probes));
}

function checkVector(owner: string, x: Tensor): readonly [number] {
  const [n] = x.shape;
  if (x.shape.length === 1 && n !== undefined && n > 0) return [n];
  throw new ShapeError({
    what: `${owner}: the argument is no vector.`,
    got: `x of shape [${x.shape.join(", ")}]`,
    expected: "[n]",
    fix: "ravel it, and reshape it inside the function.",
  });
}
