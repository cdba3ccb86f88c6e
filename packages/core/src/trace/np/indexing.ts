import { ShapeError, UnsupportedError } from "../../util/errors.js";
import { sizeOf } from "../../ir/types.js";
import { emitOne } from "../frame.js";
import {
  asTensor,
  broadcastTo,
  broadcastTogether,
  castTensor,
  literal,
  reshapeTo,
  showShape,
  unifyDtypes,
} from "../operands.js";
import { isTensor, type AxisIndex, type Tensor, type TensorLike, type TensorPart } from "../tensor.js";
import { axisNumber } from "./axes.js";
import { less, logicalAnd, where } from "./compare.js";
import { add, maximum, minimum, multiply } from "./elementwise.js";
import { asIndices, checkMode, integerTensor, type OutsideMode } from "./indexTensor.js";
import { moveaxis, sliceAxis } from "./shape.js";
import { isStaticIndex, readIndices, type AxisPart } from "./staticIndex.js";

/** Options of `take` and `takeAlongAxis`. */
export interface TakeOptions {
  /** Axis of the indices; the first when left out. */
  readonly axis?: number;
  /** What an index does that lies outside and is not known when tracing: "clip" (the default) or "drop", which gives 0. */
  readonly mode?: OutsideMode;
}

/** A part of x: for each axis an index (the axis vanishes), a range `[start, stop, step]`, or null for all of it. */
export function slice(x: TensorLike, ...indices: readonly AxisIndex[]): Tensor {
  const tensor = asTensor(x, "the argument `x` of slice");
  return readPart(tensor, readIndices("slice", tensor, indices));
}

/** A part of x to `get`, `set` or `add` to. Indices are as in `slice`, or integer tensors. */
export function at(x: TensorLike, ...indices: readonly (AxisIndex | TensorLike)[]): TensorPart {
  const tensor = asTensor(x, "the argument `x` of at");
  if (indices.every(isStaticIndex))
    return staticPart(tensor, readIndices("at", tensor, indices as readonly AxisIndex[]));
  const tensors = indices.map((index) =>
    isStaticIndex(index) ? null : integerTensor("at", "index", index as TensorLike),
  );
  if (tensors.every((index) => index === null || index.shape.length === 0)) return movingPart(tensor, indices, tensors);
  return gatheredPart(tensor, indices, tensors);
}

/** Elements of x at indices along an axis: the axis is replaced by the axes of `indices`. */
export function take(x: TensorLike, indices: TensorLike, options: TakeOptions = {}): Tensor {
  const tensor = asTensor(x, "the argument `x` of np.take");
  const axis = axisNumber("np.take", tensor, options.axis ?? 0);
  const index = asIndices("np.take", indices, tensor.shape[axis] as number);
  const mode = checkMode("np.take", options.mode ?? "clip");
  const rows = emitOne("gather", { batch: 0, mode }, [moveaxis(tensor, axis, 0), reshapeTo(index, [index.size])]);
  const rest = rows.shape.slice(1);
  const placed = reshapeTo(rows, [...index.shape, ...rest]);
  if (axis === 0) return placed;
  // the axes of the indices go where the axis was
  const count = index.shape.length;
  const order = [
    ...Array.from({ length: axis }, (_, i) => count + i),
    ...Array.from({ length: count }, (_, i) => i),
    ...Array.from({ length: rest.length - axis }, (_, i) => count + axis + i),
  ];
  return emitOne("transpose", { permutation: order }, [placed]);
}

/** For each place its own index along an axis (the last when left out): `indices` has the shape of x except along it. */
export function takeAlongAxis(x: TensorLike, indices: TensorLike, options: TakeOptions = {}): Tensor {
  const tensor = asTensor(x, "the argument `x` of np.takeAlongAxis");
  const axis = axisNumber("np.takeAlongAxis", tensor, options.axis ?? -1);
  const index = asIndices("np.takeAlongAxis", indices, tensor.shape[axis] as number);
  if (
    index.shape.length !== tensor.shape.length ||
    index.shape.some((extent, i) => i !== axis && extent !== tensor.shape[i])
  ) {
    throw new ShapeError({
      what: "np.takeAlongAxis wants indices of the shape of x, except along the axis.",
      got: `x: ${showShape(tensor.shape)}, indices: ${showShape(index.shape)}, axis ${axis}`,
    });
  }
  const mode = checkMode("np.takeAlongAxis", options.mode ?? "clip");
  const batch = tensor.shape.length - 1;
  return moveaxis(
    emitOne("gather", { batch, mode }, [moveaxis(tensor, axis, -1), moveaxis(index, axis, -1)]),
    -1,
    axis,
  );
}

/** The box of the given sizes that starts at `starts`, which may be known at run time only; it is moved so that it fits. */
export function dynamicSlice(
  x: TensorLike,
  starts: TensorLike | readonly TensorLike[],
  sizes: readonly number[],
): Tensor {
  const tensor = asTensor(x, "the argument `x` of np.dynamicSlice");
  if (
    sizes.length !== tensor.shape.length ||
    sizes.some((size, i) => !Number.isInteger(size) || size < 0 || size > (tensor.shape[i] as number))
  ) {
    throw new ShapeError({
      what: "np.dynamicSlice wants a size for each axis, not above its extent.",
      got: `x: ${showShape(tensor.shape)}, sizes: ${showShape(sizes)}`,
    });
  }
  return emitOne("dynamicSlice", { batch: 0, sizes }, [tensor, startVector("np.dynamicSlice", tensor, starts)]);
}

/** x with the box that starts at `starts` replaced by `update`; the box is moved so that it fits. */
export function dynamicUpdate(x: TensorLike, update: TensorLike, starts: TensorLike | readonly TensorLike[]): Tensor {
  const tensor = asTensor(x, "the argument `x` of np.dynamicUpdate");
  const value = sameDtype("np.dynamicUpdate", tensor, update);
  if (
    value.shape.length !== tensor.shape.length ||
    value.shape.some((extent, i) => extent > (tensor.shape[i] as number))
  ) {
    throw new ShapeError({
      what: "np.dynamicUpdate: the update does not fit into x.",
      got: `x: ${showShape(tensor.shape)}, update: ${showShape(value.shape)}`,
    });
  }
  return emitOne("dynamicUpdate", { batch: 0 }, [tensor, value, startVector("np.dynamicUpdate", tensor, starts)]);
}

function startVector(op: string, tensor: Tensor, starts: TensorLike | readonly TensorLike[]): Tensor {
  const rank = tensor.shape.length;
  if (Array.isArray(starts) && starts.length === rank)
    return vectorOf(starts.map((start) => integerTensor(op, "starts", start as TensorLike)));
  const vector = castTensor(integerTensor(op, "starts", starts as TensorLike), "int32");
  if (vector.shape.length !== 1 || vector.shape[0] !== rank) {
    throw new ShapeError({
      what: `${op} wants one start for each axis.`,
      got: `x: ${showShape(tensor.shape)}, starts: ${showShape(vector.shape)}`,
    });
  }
  return vector;
}

function vectorOf(scalars: readonly Tensor[]): Tensor {
  const parts = scalars.map((scalar) => reshapeTo(castTensor(scalar, "int32"), [1]));
  if (parts.length === 0) return literal("int32", [0], 0);
  return parts.length === 1 ? (parts[0] as Tensor) : emitOne("concatenate", { axis: 0 }, parts);
}

/** A value in the dtype of the tensor that it goes into. */
function sameDtype(op: string, tensor: Tensor, value: TensorLike): Tensor {
  if (isTensor(value))
    return unifyDtypes(
      op,
      [
        ["x", tensor],
        ["value", value],
      ],
      "any",
    )[1] as Tensor;
  return asTensor(value, `the argument \`value\` of ${op}`, tensor.dtype);
}

/** `sameDtype`, broadcast to the shape of the part that it replaces. */
function fitting(op: string, tensor: Tensor, value: TensorLike, shape: readonly number[]): Tensor {
  return broadcastTo(sameDtype(op, tensor, value), shape, op);
}

function partShape(parts: readonly AxisPart[]): readonly number[] {
  return parts.filter((part) => !part.single).map((part) => part.count);
}

function readPart(tensor: Tensor, parts: readonly AxisPart[]): Tensor {
  const whole = parts.every((part, axis) => part.count === tensor.shape[axis]);
  const box = whole
    ? tensor
    : emitOne(
        "slice",
        {
          start: parts.map((part) => part.start),
          limit: parts.map((part) => Math.max(part.start, part.stop)),
          stride: parts.map((part) => part.step),
        },
        [tensor],
      );
  return reshapeTo(box, partShape(parts));
}

function staticPart(tensor: Tensor, parts: readonly AxisPart[]): TensorPart {
  const set = (value: TensorLike): Tensor => {
    const shape = partShape(parts);
    const update = reshapeTo(
      fitting("at(...).set", tensor, value, shape),
      parts.map((part) => part.count),
    );
    if (update.size === 0) return tensor;
    return parts.every((part) => part.step === 1) ? setBox(tensor, parts, update) : setStrided(tensor, parts, update);
  };
  return {
    get: () => readPart(tensor, parts),
    set,
    add: (value) => set(add(readPart(tensor, parts), fitting("at(...).add", tensor, value, partShape(parts)))),
  };
}

/** A box replaced: along its first partial axis, what lies before, the part with the rest replaced, what lies behind. */
function setBox(tensor: Tensor, parts: readonly AxisPart[], update: Tensor): Tensor {
  const axis = parts.findIndex((part, i) => part.count !== tensor.shape[i]);
  const part = parts[axis];
  if (part === undefined) return update;
  const extent = tensor.shape[axis] as number;
  const inner = setBox(
    sliceAxis(tensor, axis, part.start, part.stop),
    parts.map((each, i) => (i === axis ? { ...each, start: 0, stop: part.count } : each)),
    update,
  );
  const pieces = [
    ...(part.start > 0 ? [sliceAxis(tensor, axis, 0, part.start)] : []),
    inner,
    ...(part.stop < extent ? [sliceAxis(tensor, axis, part.stop, extent)] : []),
  ];
  return emitOne("concatenate", { axis }, pieces);
}

function setStrided(tensor: Tensor, parts: readonly AxisPart[], update: Tensor): Tensor {
  const ends = parts.map((part) => part.start + (part.count - 1) * part.step + 1);
  const params = {
    low: parts.map((part) => part.start),
    high: ends.map((end, axis) => (tensor.shape[axis] as number) - end),
    interior: parts.map((part) => part.step - 1),
    value: 0,
  };
  const mask = emitOne("pad", params, [literal("bool", update.shape, 1)]);
  return emitOne("select", {}, [mask, emitOne("pad", params, [update]), tensor]);
}

/** A part with 0-d index tensors among static indices: a box that moves. */
function movingPart(
  tensor: Tensor,
  indices: readonly (AxisIndex | TensorLike)[],
  tensors: readonly (Tensor | null)[],
): TensorPart {
  const parts = readIndices(
    "at",
    tensor,
    indices.map((index, axis) => (tensors[axis] === null ? (index as AxisIndex) : 0)),
  );
  if (parts.some((part) => part.step !== 1)) {
    throw new UnsupportedError({
      what: "at: a range with a step cannot stand beside an index tensor.",
      fix: "take the two parts one after the other.",
    });
  }
  const checked = tensors.map((index, axis) =>
    index === null ? null : asIndices("at", index, tensor.shape[axis] as number),
  );
  const starts = vectorOf(parts.map((part, axis) => checked[axis] ?? literal("int32", [], part.start)));
  const sizes = parts.map((part) => part.count);
  const shape = partShape(parts);
  const inside = (): Tensor =>
    checked
      .flatMap((index, axis) => (index === null ? [] : [isInside(index, tensor.shape[axis] as number)]))
      .reduce((all, each) => logicalAnd(all, each));
  const read = (): Tensor => reshapeTo(emitOne("dynamicSlice", { batch: 0, sizes }, [tensor, starts]), shape);
  const write = (value: Tensor, mode: OutsideMode): Tensor => {
    const update = mode === "clip" ? value : where(inside(), value, read());
    return emitOne("dynamicUpdate", { batch: 0 }, [tensor, reshapeTo(update, sizes), starts]);
  };
  return {
    get: (mode = "clip") =>
      checkMode("at(...).get", mode) === "clip" ? read() : where(inside(), read(), literal(tensor.dtype, shape, 0)),
    set: (value, mode = "drop") => write(fitting("at(...).set", tensor, value, shape), checkMode("at(...).set", mode)),
    add: (value, mode = "drop") =>
      write(add(read(), fitting("at(...).add", tensor, value, shape)), checkMode("at(...).add", mode)),
  };
}

/** A part with index tensors on some axes, one after another, the other axes whole. */
function gatheredPart(
  tensor: Tensor,
  indices: readonly (AxisIndex | TensorLike)[],
  tensors: readonly (Tensor | null)[],
): TensorPart {
  const axes = tensors.flatMap((index, axis) => (index === null ? [] : [axis]));
  const first = axes[0] as number;
  const consecutive = axes.every((axis, i) => axis === first + i);
  const others = indices.every((index, axis) => tensors[axis] !== null || index === null || index === undefined);
  if (!consecutive || !others || indices.length > tensor.shape.length) {
    throw new UnsupportedError({
      what: "at: index tensors must stand on neighbouring axes, and the other axes must be whole (null).",
      got: `${indices.length} indices, index tensors on the axes ${axes.join(", ")}, for a tensor of shape ${showShape(tensor.shape)}`,
      fix: "take the parts one after the other.",
    });
  }
  const extents = axes.map((axis) => tensor.shape[axis] as number);
  const named = axes.map(
    (axis, i) => [`index ${axis}`, asIndices("at", tensors[axis] as Tensor, extents[i] as number)] as const,
  );
  const checked = broadcastTogether("at", named);
  const indexShape = (checked[0] as Tensor).shape;
  const count = sizeOf(indexShape);
  const rest = tensor.shape.filter((_, axis) => !axes.includes(axis));
  const lead = [...axes, ...tensor.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))];
  const moved = first === 0 ? tensor : emitOne("transpose", { permutation: lead }, [tensor]);
  const flat = reshapeTo(moved, [sizeOf(extents), ...rest]);
  const shape = [...tensor.shape.slice(0, first), ...indexShape, ...tensor.shape.slice(first + axes.length)];
  const index = (mode: OutsideMode): Tensor => reshapeTo(flatIndex(checked, extents, mode), [count]);

  /** From [...indexShape, ...rest] to the axes as the user sees them. */
  const place = (value: Tensor, extent: readonly number[]): Tensor => {
    if (first === 0) return value;
    const lengths = extent.length;
    const order = [
      ...Array.from({ length: first }, (_, i) => lengths + i),
      ...Array.from({ length: lengths }, (_, i) => i),
      ...Array.from({ length: rest.length - first }, (_, i) => lengths + first + i),
    ];
    return emitOne("transpose", { permutation: order }, [value]);
  };
  const unplace = (value: Tensor): Tensor => {
    if (first === 0) return value;
    const lengths = indexShape.length;
    const order = [
      ...Array.from({ length: lengths }, (_, i) => first + i),
      ...Array.from({ length: first }, (_, i) => i),
      ...Array.from({ length: rest.length - first }, (_, i) => first + lengths + i),
    ];
    return emitOne("transpose", { permutation: order }, [value]);
  };
  const write = (op: "scatterSet" | "scatterAdd", value: TensorLike, mode: OutsideMode): Tensor => {
    const name = op === "scatterSet" ? "at(...).set" : "at(...).add";
    const updates = reshapeTo(unplace(fitting(name, tensor, value, shape)), [count, ...rest]);
    const written = emitOne(op, { batch: 0, mode: checkMode(name, mode) }, [flat, index(mode), updates]);
    return place(reshapeTo(written, moved.shape), extents);
  };
  return {
    get: (mode = "clip") => {
      const rows = emitOne("gather", { batch: 0, mode: checkMode("at(...).get", mode) }, [flat, index(mode)]);
      return place(reshapeTo(rows, [...indexShape, ...rest]), indexShape);
    },
    set: (value, mode = "drop") => write("scatterSet", value, mode),
    add: (value, mode = "drop") => write("scatterAdd", value, mode),
  };
}

/** Index into several axes taken as one; outside of any axis it is clamped there, or becomes -1, which lies outside of all. */
function flatIndex(indices: readonly Tensor[], extents: readonly number[], mode: OutsideMode): Tensor {
  if (indices.length === 1) return indices[0] as Tensor;
  let flat: Tensor | null = null;
  let inside: Tensor | null = null;
  for (const [i, index] of indices.entries()) {
    const extent = extents[i] as number;
    const clamped = minimum(maximum(index, 0), Math.max(0, extent - 1));
    flat = flat === null ? clamped : add(multiply(flat, extent), clamped);
    const fits = isInside(index, extent);
    inside = inside === null ? fits : logicalAnd(inside, fits);
  }
  return mode === "clip" ? (flat as Tensor) : where(inside as Tensor, flat as Tensor, -1);
}

function isInside(index: Tensor, extent: number): Tensor {
  return logicalAnd(less(-1, index), less(index, extent));
}
