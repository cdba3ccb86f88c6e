import { ArgumentError, ShapeError } from "../../util/errors.js";
import { vjp } from "../../compile/reverse.js";
import { jit } from "../../compile/jit.js";
import { np } from "../../trace/np.js";
import type { Tensor, TensorLike } from "../../trace/tensor.js";
import type { Metric } from "./metric.js";

/** Options of `linearMetric`: a matrix or a function. */
export interface LinearMetricOptions {
  readonly name?: string;
  /** L, `[n, n]`: for leaves of n elements. */
  readonly matrix?: TensorLike;
  /** z -> L z, written with `np`; it must be linear, and keep shapes. */
  readonly map?: (z: Tensor) => Tensor;
}

/**
 * A metric of one's own: x = x0 + L z for any linear map L, given as a matrix or as a function of tensors. The transpose is
 * found by reverse differentiation.
 *
 * @throws ArgumentError unless exactly one of `matrix` and `map` is given; ShapeError if the matrix is not square.
 */
export function linearMetric(options: LinearMetricOptions): Metric {
  const { name = "linearMetric", matrix } = options;
  if ((matrix === undefined) === (options.map === undefined)) {
    throw new ArgumentError({
      what: "linearMetric takes a matrix or a map.",
      got: matrix === undefined ? "neither" : "both",
      expected: "one of `matrix` and `map`",
    });
  }
  const forward =
    matrix === undefined ? checkedMap(name, options.map as (z: Tensor) => Tensor) : matrixMap(name, matrix);
  const compiled = jit(forward);
  // The derivative of a linear map is the map itself, so that any point will do.
  const transpose = (g: Tensor): Tensor => vjp(forward, np.zerosLike(g))[1](g)[0];
  const compiledTranspose = jit(transpose);
  const onHost =
    (map: (z: Tensor) => Tensor) =>
    (z: Float64Array, shape: readonly number[] = [z.length]): Float64Array =>
      Float64Array.from(map(np.reshape(np.array(z), shape)).data);
  return Object.freeze({
    name,
    forward,
    transpose,
    apply: onHost(compiled),
    applyTranspose: onHost(compiledTranspose),
  });
}

function matrixMap(name: string, matrix: TensorLike): (z: Tensor) => Tensor {
  const rows = np.array(matrix);
  const n = rows.shape[0] as number;
  if (rows.shape.length !== 2 || rows.shape[1] !== n) {
    throw new ShapeError({
      what: `${name}: the matrix is not square.`,
      got: `shape [${rows.shape.join(", ")}]`,
      expected: "[n, n]",
    });
  }
  return (z) => {
    if (z.size !== n) {
      throw new ShapeError({
        what: `${name}: the leaf does not fit the matrix.`,
        got: `a leaf of shape [${z.shape.join(", ")}]`,
        expected: `${n} elements, for a matrix of shape [${n}, ${n}]`,
      });
    }
    return np.reshape(np.matmul(np.astype(rows, z.dtype), np.ravel(z)), z.shape);
  };
}

function checkedMap(name: string, map: (z: Tensor) => Tensor): (z: Tensor) => Tensor {
  return (z) => {
    const x = map(z);
    if (x.shape.length === z.shape.length && x.shape.every((extent, axis) => extent === z.shape[axis])) return x;
    throw new ShapeError({
      what: `${name}: the map changes the shape.`,
      got: `[${z.shape.join(", ")}] becomes [${x.shape.join(", ")}]`,
      expected: "a map of a space onto itself",
      fix: "use the parametrization `linearMap` for one between different spaces.",
    });
  };
}
