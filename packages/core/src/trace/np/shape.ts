import type { DType } from "../../util/dtype.js";
import { ArgumentError, IndexError, ShapeError } from "../../util/errors.js";
import { sameShape, sizeOf } from "../../ir/types.js";
import { emitOne } from "../frame.js";
import * as operands from "../operands.js";
import { asTensor, castTensor, literal, reshapeTo, showShape, unifyDtypes } from "../operands.js";
import type { Tensor, TensorLike } from "../tensor.js";
import { asAxes, axisNumber } from "./axes.js";
import { checkShape, type Shape } from "./create.js";
import { dtypeArgument } from "./dtypeArgument.js";

/** x with its elements in another shape; one extent may be -1 and follows from the others. */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  const tensor = named("np.reshape", x);
  const wanted = typeof shape === "number" ? [shape] : shape;
  const size = sizeOf(tensor.shape);
  const rest = wanted.filter((extent) => extent !== -1).reduce((product, extent) => product * extent, 1);
  const inferred = wanted.filter((extent) => extent === -1).length;
  const extents = wanted.map((extent) => (extent === -1 && inferred === 1 && rest > 0 ? size / rest : extent));
  if (extents.some((extent) => !Number.isInteger(extent) || extent < 0) || sizeOf(extents) !== size) {
    throw new ShapeError({
      what: "np.reshape keeps the number of elements.",
      got: `x: ${showShape(tensor.shape)} with ${size} elements, shape: ${showShape(wanted)}`,
      expected: `extents whose product is ${size}; one of them may be -1`,
      data: { got: tensor.shape, wanted },
    });
  }
  return reshapeTo(tensor, extents);
}

/** x as a 1-d tensor, row-major. */
export function ravel(x: TensorLike): Tensor {
  const tensor = named("np.ravel", x);
  return reshapeTo(tensor, [sizeOf(tensor.shape)]);
}

/** x with its axes in another order (reversed when left out): axis k of the result is axis `axes[k]` of x. */
export function transpose(x: TensorLike, axes?: readonly number[]): Tensor {
  const tensor = named("np.transpose", x);
  const rank = tensor.shape.length;
  const permutation =
    axes === undefined
      ? tensor.shape.map((_, k) => rank - 1 - k)
      : axes.map((axis) => axisNumber("np.transpose", tensor, axis));
  if (permutation.length !== rank || new Set(permutation).size !== rank) {
    throw new ShapeError({
      what: "np.transpose wants every axis once.",
      got: `axes: ${showShape(axes ?? [])} for x: ${showShape(tensor.shape)}`,
    });
  }
  return permutation.every((axis, k) => axis === k) ? tensor : emitOne("transpose", { permutation }, [tensor]);
}

/** x with one axis moved to another place. */
export function moveaxis(x: TensorLike, source: number, destination: number): Tensor {
  const tensor = named("np.moveaxis", x);
  const from = axisNumber("np.moveaxis", tensor, source);
  const to = axisNumber("np.moveaxis", tensor, destination);
  const order = tensor.shape.map((_, axis) => axis).filter((axis) => axis !== from);
  order.splice(to, 0, from);
  return transpose(tensor, order);
}

/** x with a new axis of extent 1. */
export function expandDims(x: TensorLike, axis: number): Tensor {
  const tensor = named("np.expandDims", x);
  const at = axisNumber("np.expandDims", tensor, axis, tensor.shape.length + 1);
  return reshapeTo(tensor, [...tensor.shape.slice(0, at), 1, ...tensor.shape.slice(at)]);
}

/** x without its axes of extent 1, or without the given ones. */
export function squeeze(x: TensorLike, axis?: number | readonly number[]): Tensor {
  const tensor = named("np.squeeze", x);
  const axes =
    axis === undefined
      ? tensor.shape.flatMap((extent, i) => (extent === 1 ? [i] : []))
      : asAxes("np.squeeze", tensor, axis);
  for (const each of axes) {
    if (tensor.shape[each] !== 1) {
      throw new ShapeError({
        what: `np.squeeze: axis ${each} does not have extent 1.`,
        got: `x: ${showShape(tensor.shape)}`,
      });
    }
  }
  return reshapeTo(
    tensor,
    tensor.shape.filter((_, i) => !axes.includes(i)),
  );
}

/** x repeated along new leading axes and axes of extent 1. */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  return operands.broadcastTo(named("np.broadcastTo", x), checkShape(shape, "np.broadcastTo"));
}

/** Tensors joined along an axis that they have. */
export function concatenate(tensors: readonly TensorLike[], axis = 0): Tensor {
  const parts = unifyDtypes("np.concatenate", label(tensors), "any");
  const first = nonEmpty("np.concatenate", parts);
  const along = axisNumber("np.concatenate", first, axis);
  for (const part of parts) {
    if (
      part.shape.length !== first.shape.length ||
      part.shape.some((extent, i) => i !== along && extent !== first.shape[i])
    ) {
      throw new ShapeError({
        what: "np.concatenate joins tensors that are equal in all axes but one.",
        got: parts.map((each, i) => `tensors[${i}]: ${showShape(each.shape)}`).join(", "),
        expected: `equal extents except along axis ${along}`,
      });
    }
  }
  return parts.length === 1 ? first : emitOne("concatenate", { axis: along }, parts);
}

/** Tensors of one shape joined along a new axis. */
export function stack(tensors: readonly TensorLike[], axis = 0): Tensor {
  const parts = unifyDtypes("np.stack", label(tensors), "any");
  const first = nonEmpty("np.stack", parts);
  if (parts.some((part) => !sameShape(part.shape, first.shape))) {
    throw new ShapeError({
      what: "np.stack joins tensors of one shape.",
      got: parts.map((each, i) => `tensors[${i}]: ${showShape(each.shape)}`).join(", "),
    });
  }
  return concatenate(
    parts.map((part) => expandDims(part, axis)),
    axis,
  );
}

/** x cut along an axis into `sections` equal parts, or before each of the given indices. */
export function split(x: TensorLike, sections: number | readonly number[], axis = 0): readonly Tensor[] {
  const tensor = named("np.split", x);
  const along = axisNumber("np.split", tensor, axis);
  const extent = tensor.shape[along] as number;
  if (typeof sections === "number" && (!Number.isInteger(sections) || sections < 1 || extent % sections !== 0)) {
    throw new ShapeError({
      what: "np.split wants equal parts.",
      got: `${sections} parts of x: ${showShape(tensor.shape)} along axis ${along}`,
    });
  }
  const cuts =
    typeof sections === "number"
      ? Array.from({ length: sections - 1 }, (_, i) => ((i + 1) * extent) / sections)
      : [...sections];
  const edges = [0, ...cuts, extent];
  if (edges.some((edge, i) => !Number.isInteger(edge) || (i > 0 && edge < (edges[i - 1] as number)))) {
    throw new IndexError({
      what: "np.split wants ascending indices inside the axis.",
      got: showShape(cuts),
      expected: `numbers from 0 to ${extent}`,
    });
  }
  return edges.slice(1).map((edge, i) => sliceAxis(tensor, along, edges[i] as number, edge));
}

/** x in reverse along axes, or along all. */
export function flip(x: TensorLike, axis?: number | readonly number[]): Tensor {
  const tensor = named("np.flip", x);
  const axes = asAxes("np.flip", tensor, axis ?? null);
  return axes.length === 0 ? tensor : emitOne("reverse", { axes }, [tensor]);
}

/** x shifted around: element i goes to i + shift along the axis; what leaves at the end enters at the start. Flattened without an axis. */
export function roll(x: TensorLike, shift: number, axis?: number): Tensor {
  const tensor = named("np.roll", x);
  if (!Number.isInteger(shift))
    throw new ArgumentError({ what: "np.roll wants a whole number as shift.", got: String(shift) });
  if (axis === undefined && tensor.shape.length !== 1) return reshapeTo(roll(ravel(tensor), shift, 0), tensor.shape);
  const along = axisNumber("np.roll", tensor, axis ?? 0);
  const extent = tensor.shape[along] as number;
  if (extent === 0) return tensor;
  const cut = (((-shift % extent) + extent) % extent) as number;
  if (cut === 0) return tensor;
  return emitOne("concatenate", { axis: along }, [
    sliceAxis(tensor, along, cut, extent),
    sliceAxis(tensor, along, 0, cut),
  ]);
}

/** How far `pad` widens: the same everywhere, `[before, after]`, or a pair for each axis. */
export type PadWidth = number | readonly [number, number] | readonly (readonly [number, number])[];

/** x with a border of `value`. */
export function pad(x: TensorLike, width: PadWidth, value = 0): Tensor {
  const tensor = named("np.pad", x);
  const rank = tensor.shape.length;
  const same: readonly [number, number] | null =
    typeof width === "number"
      ? [width, width]
      : typeof width[0] === "number"
        ? (width as readonly [number, number])
        : null;
  const pairs = same === null ? (width as readonly (readonly [number, number])[]) : tensor.shape.map(() => same);
  if (pairs.length !== rank || pairs.flat().some((each) => !Number.isInteger(each) || each < 0)) {
    throw new ShapeError({
      what: "np.pad wants widths from 0 on, for every axis a pair [before, after].",
      got: `width: ${JSON.stringify(width)} for x: ${showShape(tensor.shape)}`,
    });
  }
  const low = pairs.map(([before]) => before);
  const high = pairs.map(([, after]) => after);
  return emitOne("pad", { low, high, interior: low.map(() => 0), value }, [tensor]);
}

/** x repeated as a whole, `counts[k]` times along axis k. */
export function tile(x: TensorLike, counts: Shape): Tensor {
  const tensor = named("np.tile", x);
  const times = checkShape(counts, "np.tile");
  const rank = Math.max(times.length, tensor.shape.length);
  const shape = [...new Array<number>(rank - tensor.shape.length).fill(1), ...tensor.shape];
  const all = [...new Array<number>(rank - times.length).fill(1), ...times];
  const wide = operands.broadcastTo(
    reshapeTo(
      tensor,
      shape.flatMap((extent) => [1, extent]),
    ),
    shape.flatMap((extent, axis) => [all[axis] as number, extent]),
  );
  return reshapeTo(
    wide,
    shape.map((extent, axis) => extent * (all[axis] as number)),
  );
}

/** Each element repeated `count` times along an axis, or in the flattened tensor. */
export function repeat(x: TensorLike, count: number, axis?: number): Tensor {
  const tensor = axis === undefined ? ravel(x) : named("np.repeat", x);
  const along = axisNumber("np.repeat", tensor, axis ?? 0);
  const [times] = checkShape(count, "np.repeat") as [number];
  const { shape } = tensor;
  const split = [...shape.slice(0, along + 1), 1, ...shape.slice(along + 1)];
  const wide = [...shape.slice(0, along + 1), times, ...shape.slice(along + 1)];
  return reshapeTo(
    operands.broadcastTo(reshapeTo(tensor, split), wide),
    shape.map((extent, i) => (i === along ? extent * times : extent)),
  );
}

/** x in another dtype; floats are truncated toward zero where it is one of integers. */
export function astype(x: TensorLike, dtype: DType): Tensor {
  return castTensor(
    named("np.astype", x),
    dtypeArgument("np.astype", dtype, (name) => `x.astype(${name})`),
  );
}

/** A slice along one axis. */
export function sliceAxis(tensor: Tensor, axis: number, start: number, limit: number, stride = 1): Tensor {
  if (start === 0 && limit === tensor.shape[axis] && stride === 1) return tensor;
  return emitOne(
    "slice",
    {
      start: tensor.shape.map((_, i) => (i === axis ? start : 0)),
      limit: tensor.shape.map((extent, i) => (i === axis ? limit : extent)),
      stride: tensor.shape.map((_, i) => (i === axis ? stride : 1)),
    },
    [tensor],
  );
}

/** The lower triangle, zeros above diagonal k. */
export function tril(x: TensorLike, k = 0): Tensor {
  return triangle("np.tril", x, k, true);
}

/** The upper triangle, zeros below diagonal k. */
export function triu(x: TensorLike, k = 0): Tensor {
  return triangle("np.triu", x, k, false);
}

function triangle(op: string, x: TensorLike, k: number, lower: boolean): Tensor {
  const tensor = named(op, x);
  const rank = tensor.shape.length;
  if (rank < 2) throw new ShapeError({ what: `${op} wants a matrix.`, got: `x: ${showShape(tensor.shape)}` });
  const index = (axis: number): Tensor =>
    emitOne("iota", { type: { kind: "array", dtype: "int32", shape: tensor.shape }, axis }, []);
  const shifted = emitOne("add", {}, [index(rank - 2), literal("int32", tensor.shape, k)]);
  const mask = emitOne("compare", { relation: lower ? "le" : "ge" }, [index(rank - 1), shifted]);
  return emitOne("select", {}, [mask, tensor, literal(tensor.dtype, tensor.shape, 0)]);
}

function named(op: string, x: TensorLike): Tensor {
  return asTensor(x, `the argument \`x\` of ${op}`);
}

function label(tensors: readonly TensorLike[]): readonly (readonly [string, TensorLike])[] {
  if (!Array.isArray(tensors))
    throw new ArgumentError({ what: "A list of tensors is wanted, as in `np.stack([a, b])`." });
  return tensors.map((tensor, i) => [`tensors[${i}]`, tensor as TensorLike]);
}

function nonEmpty(op: string, parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  if (first === undefined) throw new ArgumentError({ what: `${op} wants at least one tensor.`, got: "none" });
  return first;
}
