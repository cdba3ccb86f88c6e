import { ArgumentError, ShapeError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import type { Tensor, TensorLike } from "../../trace/tensor.js";
import { mapFloats } from "../leaves.js";
import { leastSquaresInverse } from "./leastSquares.js";
import type { Parametrization } from "./parametrization.js";

/** Options of `linearMap`. */
export interface LinearMapOptions {
  readonly name?: string;
  /** A, `[n, m]` with m at most n; its columns are independent. */
  readonly matrix: TensorLike;
  /** b, `[n]`; default 0. */
  readonly offset?: TensorLike;
  /** Shape of the parameter, of n elements; default `[n]`. */
  readonly shape?: readonly number[];
}

/**
 * Parameters as a linear map of fewer coordinates: p = A z + b, every floating leaf alike. The coordinates of given parameters
 * are those of the nearest ones, by least squares.
 *
 * @throws ShapeError if matrix, offset and shape do not fit; ArgumentError if the columns of A depend on each other.
 */
export function linearMap(options: LinearMapOptions): Parametrization {
  const { name = "linearMap" } = options;
  const matrix = np.array(options.matrix, "float64");
  const [n = 0, m = 0] = matrix.shape;
  if (matrix.shape.length !== 2 || m > n || m === 0) {
    throw new ShapeError({
      what: `${name}: this matrix is no map from fewer coordinates to parameters.`,
      got: `shape [${matrix.shape.join(", ")}]`,
      expected: "[parameters, coordinates], at most as many coordinates as parameters",
    });
  }
  if (!matrix.data.every(Number.isFinite)) {
    throw new ArgumentError({
      what: `${name}: the matrix has entries that are not finite.`,
      expected: "finite numbers",
    });
  }
  const shape = options.shape ?? [n];
  const offset = options.offset === undefined ? null : np.ravel(np.array(options.offset, "float64"));
  if (shape.reduce((product, extent) => product * extent, 1) !== n || (offset !== null && offset.size !== n)) {
    throw new ShapeError({
      what: `${name}: the matrix does not give the parameter.`,
      got: `shape [${shape.join(", ")}]${offset === null ? "" : `, an offset of ${offset.size} elements`}`,
      expected: `${n} elements, the rows of the matrix`,
    });
  }
  const inverse = np.array(leastSquaresInverse(name, matrix.data, n, m)).reshape([m, n]);

  const up = (z: Tensor): Tensor => {
    const product = np.matmul(np.astype(matrix, z.dtype), checked(name, z, [m], "coordinates"));
    return np.reshape(offset === null ? product : np.add(product, np.astype(offset, z.dtype)), shape);
  };
  const down = (p: Tensor): Tensor => {
    const flat = np.ravel(checked(name, p, shape, "parameter"));
    const centred = offset === null ? flat : np.sub(flat, np.astype(offset, p.dtype));
    return np.matmul(np.astype(inverse, p.dtype), centred);
  };
  return Object.freeze({
    name,
    toParams: <Tree>(z: Tree): Tree => mapFloats(name, [z], up, (leaf) => leaf),
    fromParams: <Tree>(params: Tree): Tree => mapFloats(name, [params], down, (leaf) => leaf),
  });
}

function checked(name: string, leaf: Tensor, shape: readonly number[], role: string): Tensor {
  if (leaf.shape.length === shape.length && leaf.shape.every((extent, axis) => extent === shape[axis])) return leaf;
  throw new ShapeError({
    what: `${name}: a leaf does not fit.`,
    got: `${role} of shape [${leaf.shape.join(", ")}]`,
    expected: `[${shape.join(", ")}]`,
    fix: "use `perLeaf` to give each leaf its own parametrization.",
  });
}
