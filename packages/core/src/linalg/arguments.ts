import { ShapeError } from "../util/errors.js";
import { showShape, unifyDtypes, unifyOne } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";

/** What functions that can fail at run time take. */
export interface CheckOption {
  /**
   * Whether a failure ends the run with a NumericalError (the default). With false the result has infinite or NaN elements instead,
   * for callers that look at it themselves, such as a step that is rejected then.
   */
  readonly check?: boolean;
}

/**
 * A matrix, or matrices along leading axes, as a float tensor; integers become float64.
 * @throws ShapeError where it has less than two axes.
 * @throws DTypeError where it holds bools.
 */
export function readMatrix(op: string, value: TensorLike, name = "a"): Tensor {
  const tensor = unifyOne(op, name, value, "float").tensors[0] as Tensor;
  if (tensor.shape.length >= 2 && tensor.size > 0) return tensor;
  throw new ShapeError({
    what: `${op} wants a matrix.`,
    got: `${name}: ${showShape(tensor.shape)}`,
    expected: "[..., rows, columns], with elements",
    data: { [name]: tensor.shape },
  });
}

/**
 * `readMatrix` for square matrices.
 * @throws ShapeError where the last two extents differ.
 */
export function readSquare(op: string, value: TensorLike, name = "a"): Tensor {
  const tensor = readMatrix(op, value, name);
  checkSquare(op, tensor, name);
  return tensor;
}

/** A system a x = b: one dtype; b is a vector `[n]`, or columns `[..., n, m]`. */
export interface System {
  readonly a: Tensor;
  /** `[..., n, m]`; a vector is one column. */
  readonly b: Tensor;
  /** Whether b was a vector, as x shall be then. */
  readonly isVector: boolean;
}

/**
 * Operands of a linear system, as NumPy reads them: b is a vector only where it has one axis. Integers become float64.
 * @throws ShapeError where a is no matrix (a square one if `square`), or b has not as many rows.
 * @throws DTypeError where dtypes are mixed, or bools.
 */
export function readSystem(op: string, a: TensorLike, b: TensorLike, square: boolean): System {
  const [left, right] = unifyDtypes(
    op,
    [
      ["a", a],
      ["b", b],
    ],
    "float",
  ) as [Tensor, Tensor];
  const matrix = square ? readSquare(op, left) : readMatrix(op, left);
  const isVector = right.shape.length === 1;
  const rows = isVector ? right.shape[0] : right.shape.at(-2);
  if (rows !== matrix.shape.at(-2)) {
    throw new ShapeError({
      what: `${op}: a and b do not have equally many rows.`,
      got: `a: ${showShape(matrix.shape)}, b: ${showShape(right.shape)}`,
      expected: `b: [${matrix.shape.at(-2)}] or [..., ${matrix.shape.at(-2)}, m]`,
      fix:
        right.shape.length > 1
          ? "write a batch of vectors as columns, with `np.expandDims(b, -1)`."
          : "check the shapes.",
      data: { a: matrix.shape, b: right.shape },
    });
  }
  return { a: matrix, b: isVector ? right.expandDims(1) : right, isVector };
}

/**
 * Demands that the last two extents are equal.
 * @throws ShapeError where they differ.
 */
export function checkSquare(op: string, tensor: Tensor, name = "a"): void {
  if (tensor.shape.at(-1) === tensor.shape.at(-2)) return;
  throw new ShapeError({
    what: `${op} wants a square matrix.`,
    got: `${name}: ${showShape(tensor.shape)}`,
    expected: "[..., n, n]",
    data: { [name]: tensor.shape },
  });
}
