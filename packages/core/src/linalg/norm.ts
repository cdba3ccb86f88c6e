import { ArgumentError, ShapeError } from "../util/errors.js";
import { np } from "../trace/np.js";
import { axisNumber } from "../trace/np/axes.js";
import { reshapeTo, showShape, unifyOne } from "../trace/operands.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";
import { svd } from "./svd.js";

/**
 * Which norm. Of vectors: any p above 0, infinity (largest absolute value) or -infinity (smallest). Of matrices: "fro" (Frobenius), "nuc"
 * (sum of singular values), 2 and -2 (largest and smallest of them), 1 and -1 (column sums), infinity and -infinity (row sums).
 */
export type NormOrder = number | "fro" | "nuc";

/** Options of `norm`. */
export interface NormOptions {
  /** Default: the root of the sum of squares. */
  readonly ord?: NormOrder;
  /** One axis: norms of vectors along it. Two: norms of matrices, rows along the first. Left out: of all of x. */
  readonly axis?: number | readonly [number, number];
  /** Keeps the reduced axes with extent 1. */
  readonly keepDims?: boolean;
}

const op = "np.linalg.norm";

/**
 * Norm of vectors or matrices, as in NumPy: without options the root of the sum of all squares. At zero, where such a root has no
 * derivative, 0 is taken.
 *
 * @throws ArgumentError where there is no such norm.
 * @throws ShapeError where `ord` is given, `axis` is not, and x is neither a vector nor a matrix.
 */
export function norm(x: TensorLike, options: NormOptions = {}): Tensor {
  const tensor = unifyOne(op, "x", x, "float").tensors[0] as Tensor;
  const { ord, axis, keepDims = false } = options;
  const axes = readAxes(tensor, ord, axis);
  const rest = tensor.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const moved = np.transpose(tensor, [...rest, ...axes]);
  const value =
    ord === undefined
      ? root(np.sum(np.square(moved), range(rest.length, axes.length)))
      : axes.length === 1
        ? vectorNorm(moved, ord)
        : matrixNorm(moved, ord);
  if (!keepDims) return value;
  return reshapeTo(
    value,
    tensor.shape.map((extent, i) => (axes.includes(i) ? 1 : extent)),
  );
}

function readAxes(tensor: Tensor, ord: NormOrder | undefined, axis: NormOptions["axis"]): readonly number[] {
  if (axis !== undefined) {
    const axes = (typeof axis === "number" ? [axis] : axis).map((each) => axisNumber(op, tensor, each));
    if (new Set(axes).size === axes.length && axes.length > 0 && axes.length < 3) return axes;
    throw new ArgumentError({
      what: `${op} wants one axis, or two different ones.`,
      got: `axis: [${axes.join(", ")}]`,
    });
  }
  const all = tensor.shape.map((_, i) => i);
  if (ord === undefined || all.length === 1 || all.length === 2) return all;
  throw new ShapeError({
    what: `${op}: with \`ord\`, x is a vector or a matrix.`,
    got: `x: ${showShape(tensor.shape)}`,
    fix: "say by `axis` which axes the vectors or matrices have.",
  });
}

/** Along the last axis. */
function vectorNorm(x: Tensor, ord: NormOrder): Tensor {
  if (ord === Infinity) return np.max(np.abs(x), -1);
  if (ord === -Infinity) return np.min(np.abs(x), -1);
  if (ord === 2) return root(np.sum(np.square(x), -1));
  if (ord === 1) return np.sum(np.abs(x), -1);
  if (typeof ord === "number" && ord > 0) {
    const total = np.sum(
      guarded(np.abs(x), (each) => np.power(each, ord)),
      -1,
    );
    return guarded(total, (each) => np.power(each, 1 / ord));
  }
  throw noSuchNorm(ord, "vectors");
}

/** Along the last two axes. */
function matrixNorm(x: Tensor, ord: NormOrder): Tensor {
  switch (ord) {
    case "fro":
      return root(np.sum(np.square(x), [-2, -1]));
    case "nuc":
      return np.sum(svd(x).s, -1);
    case 2:
      return np.max(svd(x).s, -1);
    case -2:
      return np.min(svd(x).s, -1);
    case 1:
      return np.max(np.sum(np.abs(x), -2), -1);
    case -1:
      return np.min(np.sum(np.abs(x), -2), -1);
    case Infinity:
      return np.max(np.sum(np.abs(x), -1), -1);
    case -Infinity:
      return np.min(np.sum(np.abs(x), -1), -1);
    default:
      throw noSuchNorm(ord, "matrices");
  }
}

function root(x: Tensor): Tensor {
  return guarded(x, np.sqrt);
}

/** f(x) where x is not 0, else 0, with the derivative 0 there. */
function guarded(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  const isZero = np.equal(x, 0);
  return np.where(isZero, 0, f(np.where(isZero, 1, x)));
}

function range(start: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => start + i);
}

function noSuchNorm(ord: NormOrder, of: "vectors" | "matrices"): ArgumentError {
  return new ArgumentError({
    what: `${op}: there is no such norm of ${of}.`,
    got: `ord: ${String(ord)}`,
    expected:
      of === "vectors"
        ? "a number above 0, Infinity or -Infinity"
        : '"fro", "nuc", 1, -1, 2, -2, Infinity or -Infinity',
  });
}
