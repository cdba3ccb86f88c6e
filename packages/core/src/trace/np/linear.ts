import { ShapeError } from "../../util/errors.js";
import { emitOne } from "../frame.js";
import { asTensor, broadcastTo, literal, reshapeTo, showShape, unifyDtypes } from "../operands.js";
import type { Tensor, TensorLike } from "../tensor.js";
import { axisNumber } from "./axes.js";
import { diagonal } from "./diag.js";
import { add, divide, multiply, subtract } from "./elementwise.js";
import { sum } from "./reduce.js";
import { sliceAxis } from "./shape.js";

/** Sum of products over the last axis of a and the last but one of b (its only one for a vector). A 0-d operand multiplies. */
export function dot(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = unifyDtypes("np.dot", pair(a, b), "numeric") as [Tensor, Tensor];
  if (x.shape.length === 0 || y.shape.length === 0) return multiply(x, y);
  if (y.shape.length <= 2) return contract("np.dot", x, y);
  throw new ShapeError({
    what: "np.dot takes a tensor and a vector or matrix.",
    got: `a: ${showShape(x.shape)}, b: ${showShape(y.shape)}`,
    fix: "use `np.matmul` for batches of matrices or `np.tensordot`.",
  });
}

/** Matrix product; leading axes are a batch and broadcast. A vector counts as a row on the left, as a column on the right. */
export function matmul(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = unifyDtypes("np.matmul", pair(a, b), "numeric") as [Tensor, Tensor];
  if (x.shape.length === 0 || y.shape.length === 0) {
    throw new ShapeError({
      what: "np.matmul takes vectors and matrices.",
      got: `a: ${showShape(x.shape)}, b: ${showShape(y.shape)}`,
      fix: "multiply by a number with `np.multiply`.",
    });
  }
  if (y.shape.length <= 2) return contract("np.matmul", x, y);
  const left = x.shape.length === 1 ? reshapeTo(x, [1, ...x.shape]) : x;
  const m = left.shape.at(-2) as number;
  const k = left.shape.at(-1) as number;
  checkInner("np.matmul", x, y, k, y.shape.at(-2) as number);
  const n = y.shape.at(-1) as number;
  const batch = batchShape(x, y, left.shape.slice(0, -2), y.shape.slice(0, -2));
  const product = emitOne("dot", { batch: batch.length }, [
    broadcastTo(left, [...batch, m, k]),
    broadcastTo(y, [...batch, k, n]),
  ]);
  return x.shape.length === 1 ? reshapeTo(product, [...batch, n]) : product;
}

/** Products of every element of a with every element of b, both flattened: [size of a, size of b]. */
export function outer(a: TensorLike, b: TensorLike): Tensor {
  const x = asTensor(a, "the argument `a` of np.outer");
  const y = asTensor(b, "the argument `b` of np.outer");
  return multiply(reshapeTo(x, [x.size, 1]), reshapeTo(y, [1, y.size]));
}

/** Sum of products over the last axes of a and b. */
export function inner(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = unifyDtypes("np.inner", pair(a, b), "numeric") as [Tensor, Tensor];
  if (x.shape.length === 0 || y.shape.length === 0) return multiply(x, y);
  return tensordot(x, y, [[-1], [-1]]);
}

/** Sum of products over pairs of axes: the last `axes` of a with the first of b, or `[axesOfA, axesOfB]`. */
export function tensordot(
  a: TensorLike,
  b: TensorLike,
  axes: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  const [x, y] = unifyDtypes("np.tensordot", pair(a, b), "numeric") as [Tensor, Tensor];
  const left =
    typeof axes === "number"
      ? Array.from({ length: axes }, (_, i) => x.shape.length - axes + i)
      : axes[0].map((axis) => axisNumber("np.tensordot", x, axis));
  const right =
    typeof axes === "number"
      ? Array.from({ length: axes }, (_, i) => i)
      : axes[1].map((axis) => axisNumber("np.tensordot", y, axis));
  if (
    left.length !== right.length ||
    left.some((axis, i) => axis < 0 || x.shape[axis] !== y.shape[right[i] as number])
  ) {
    throw new ShapeError({
      what: "np.tensordot wants pairs of axes of equal extent.",
      got: `a: ${showShape(x.shape)}, b: ${showShape(y.shape)}, axes ${JSON.stringify(axes)}`,
    });
  }
  const keptLeft = x.shape.map((_, i) => i).filter((i) => !left.includes(i));
  const keptRight = y.shape.map((_, i) => i).filter((i) => !right.includes(i));
  const extents = (tensor: Tensor, list: readonly number[]): number[] =>
    list.map((axis) => tensor.shape[axis] as number);
  const size = (list: readonly number[]): number => list.reduce((product, extent) => product * extent, 1);
  const shared = size(extents(x, left));
  const rows = extents(x, keptLeft);
  const columns = extents(y, keptRight);
  const product = emitOne("dot", { batch: 0 }, [
    reshapeTo(permute(x, [...keptLeft, ...left]), [size(rows), shared]),
    reshapeTo(permute(y, [...right, ...keptRight]), [shared, size(columns)]),
  ]);
  return reshapeTo(product, [...rows, ...columns]);
}

/** Sum of the diagonal of a matrix. */
export function trace(x: TensorLike): Tensor {
  const tensor = asTensor(x, "the argument `x` of np.trace");
  if (tensor.shape.length !== 2)
    throw new ShapeError({ what: "np.trace wants a matrix.", got: `x: ${showShape(tensor.shape)}` });
  return sum(diagonal(tensor));
}

/** How long the result of `convolve` is: all overlaps, as long as the longer operand, or complete overlaps alone. */
export type ConvolveMode = "full" | "same" | "valid";

/** Discrete convolution of two vectors: the shorter one's elements are taps that multiply shifted copies of the longer one. */
export function convolve(a: TensorLike, v: TensorLike, mode: ConvolveMode = "full"): Tensor {
  const [x, y] = unifyDtypes(
    "np.convolve",
    [
      ["a", a],
      ["v", v],
    ],
    "numeric",
  ) as [Tensor, Tensor];
  if (x.shape.length !== 1 || y.shape.length !== 1 || x.size === 0 || y.size === 0) {
    throw new ShapeError({
      what: "np.convolve takes two vectors with elements.",
      got: `a: ${showShape(x.shape)}, v: ${showShape(y.shape)}`,
    });
  }
  const [long, taps] = x.size >= y.size ? [x, y] : [y, x];
  const n = long.size;
  const m = taps.size;
  // only what the mode keeps is computed: full index i runs over [low, low + count)
  const [low, count] =
    mode === "full" ? [0, n + m - 1] : mode === "same" ? [Math.floor((m - 1) / 2), n] : [m - 1, n - m + 1];
  let result: Tensor | null = null;
  for (let k = 0; k < m; k++) {
    const tap = reshapeTo(sliceAxis(taps, 0, k, k + 1), []);
    const term = multiply(window(long, low - k, count), tap);
    result = result === null ? term : add(result, term);
  }
  return result ?? literal(long.dtype, [count], 0);
}

/** Differences of neighbours along an axis (the last when left out), which gets shorter by one. */
export function diff(x: TensorLike, axis = -1): Tensor {
  const tensor = asTensor(x, "the argument `x` of np.diff");
  const along = axisNumber("np.diff", tensor, axis);
  const extent = tensor.shape[along] as number;
  if (extent === 0) return tensor;
  return subtract(sliceAxis(tensor, along, 1, extent), sliceAxis(tensor, along, 0, extent - 1));
}

/** Integral of y along its last axis by the trapezoidal rule; x gives the places, else they are `dx` apart. */
export function trapezoid(y: TensorLike, x: TensorLike | null = null, dx: TensorLike = 1): Tensor {
  const values = asTensor(y, "the argument `y` of np.trapezoid");
  const along = axisNumber("np.trapezoid", values, -1);
  const extent = values.shape[along] as number;
  if (extent === 0) return sum(values, along);
  const pairs = add(sliceAxis(values, along, 1, extent), sliceAxis(values, along, 0, extent - 1));
  return divide(sum(multiply(pairs, x === null ? dx : diff(x)), along), 2);
}

function pair(a: TensorLike, b: TensorLike): readonly (readonly [string, TensorLike])[] {
  return [
    ["a", a],
    ["b", b],
  ];
}

/** a [..., k] with b [k] or [k, n]. */
function contract(op: string, x: Tensor, y: Tensor): Tensor {
  const k = x.shape.at(-1) as number;
  checkInner(op, x, y, k, y.shape[0] as number);
  const lead = x.shape.slice(0, -1);
  const rows = lead.reduce((product, extent) => product * extent, 1);
  const columns = y.shape.length === 1 ? 1 : (y.shape[1] as number);
  const product = emitOne("dot", { batch: 0 }, [reshapeTo(x, [rows, k]), reshapeTo(y, [k, columns])]);
  return reshapeTo(product, y.shape.length === 1 ? lead : [...lead, columns]);
}

function checkInner(op: string, x: Tensor, y: Tensor, left: number, right: number): void {
  if (left === right) return;
  throw new ShapeError({
    what: `${op}: the inner extents differ.`,
    got: `a: ${showShape(x.shape)}, b: ${showShape(y.shape)}`,
    expected: `the last axis of a (${left}) as long as the ${y.shape.length === 1 ? "only axis" : "last but one axis"} of b (${right})`,
    data: { a: x.shape, b: y.shape },
  });
}

function batchShape(x: Tensor, y: Tensor, a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError({
        what: "np.matmul: the leading axes do not broadcast.",
        got: `a: ${showShape(x.shape)}, b: ${showShape(y.shape)}`,
      });
    }
    return left === 1 ? right : left;
  });
}

function permute(tensor: Tensor, permutation: readonly number[]): Tensor {
  return permutation.every((axis, k) => axis === k) ? tensor : emitOne("transpose", { permutation }, [tensor]);
}

/** Elements start, start + 1, ... of a vector, zeros outside of it. */
function window(vector: Tensor, start: number, count: number): Tensor {
  const from = Math.max(0, start);
  const to = Math.min(vector.size, start + count);
  const part = sliceAxis(vector, 0, from, Math.max(from, to));
  const low = from - start;
  const high = count - low - part.size;
  return low === 0 && high === 0 ? part : emitOne("pad", { low: [low], high: [high], interior: [0], value: 0 }, [part]);
}
