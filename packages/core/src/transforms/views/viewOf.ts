import { arrayTypeOf } from "../../ir/builder.js";
import type { Equation, Var } from "../../ir/types.js";
import { at, isOp } from "../bodies.js";
import { fullBox, subtractAll, type Box } from "./boxes.js";
import { along, filledPieces, fixed, identityPieces, overlay, type Piece } from "./pieces.js";
import type { Statics } from "./statics.js";

/** Index runs beyond which an index array is data. */
const runLimit = 64;

/**
 * What an op that moves elements reads where, its operands taken as they are; null if it computes, or moves elements in a way
 * that is not affine, or by indices that are not known.
 */
export function viewOf(equation: Equation, statics: Statics): Piece[] | null {
  if (isOp(equation, "broadcast")) return ofBroadcast(equation);
  if (isOp(equation, "transpose")) return ofTranspose(equation);
  if (isOp(equation, "slice")) return ofSlice(equation);
  if (isOp(equation, "pad")) return ofPad(equation);
  if (isOp(equation, "concatenate")) return ofConcatenate(equation);
  if (isOp(equation, "reverse")) return ofReverse(equation);
  if (isOp(equation, "reshape")) return ofReshape(equation);
  if (isOp(equation, "view")) return ofView(equation);
  if (isOp(equation, "select")) return ofSelect(equation, statics);
  if (isOp(equation, "dynamicSlice")) return ofDynamicSlice(equation, statics);
  if (isOp(equation, "dynamicUpdate")) return ofDynamicUpdate(equation, statics);
  if (isOp(equation, "gather")) return ofGather(equation, statics);
  if (isOp(equation, "scatterSet")) return ofScatterSet(equation, statics);
  return null;
}

function outputShape(equation: Equation): readonly number[] {
  return arrayTypeOf(at(equation.outputs, 0)).shape;
}

/** One piece that covers the output. */
function whole(equation: Equation, index: Piece["index"]): Piece[] {
  return [{ box: fullBox(outputShape(equation)), source: at(equation.inputs, 0), index }];
}

function ofBroadcast(e: Equation<"broadcast">): Piece[] {
  return whole(
    e,
    e.params.axes.map((axis) => along(axis, 1, 0)),
  );
}

function ofTranspose(e: Equation<"transpose">): Piece[] {
  const { permutation } = e.params;
  return whole(
    e,
    permutation.map((_, a) => along(permutation.indexOf(a), 1, 0)),
  );
}

function ofSlice(e: Equation<"slice">): Piece[] {
  return whole(
    e,
    e.params.start.map((start, axis) => along(axis, at(e.params.stride, axis), start)),
  );
}

function ofReverse(e: Equation<"reverse">): Piece[] {
  return whole(
    e,
    outputShape(e).map((extent, axis) =>
      e.params.axes.includes(axis) ? along(axis, -1, extent - 1) : along(axis, 1, 0),
    ),
  );
}

function ofPad(e: Equation<"pad">): Piece[] | null {
  const { low, interior, value } = e.params;
  const x = at(e.inputs, 0);
  const { shape } = arrayTypeOf(x);
  if (interior.some((gap, axis) => gap !== 0 && at(shape, axis) > 1)) return null;
  const box = shape.map((extent, axis) => [at(low, axis), at(low, axis) + extent] as const);
  const index = shape.map((_, axis) => along(axis, 1, -at(low, axis)));
  return overlay(filledPieces(fullBox(outputShape(e)), value), [{ box, source: x, index }], [box]);
}

function ofConcatenate(e: Equation<"concatenate">): Piece[] {
  let start = 0;
  return e.inputs.map((source) => {
    const { shape } = arrayTypeOf(source);
    const offset = start;
    start += at(shape, e.params.axis);
    const end = start;
    return {
      box: shape.map((extent, axis) => (axis === e.params.axis ? ([offset, end] as const) : ([0, extent] as const))),
      source,
      index: shape.map((_, axis) => along(axis, 1, axis === e.params.axis ? -offset : 0)),
    };
  });
}

/** A reshape that only adds or drops axes of extent 1. */
function ofReshape(e: Equation<"reshape">): Piece[] | null {
  const source = arrayTypeOf(at(e.inputs, 0)).shape;
  const target = e.params.shape;
  const wide = (shape: readonly number[]): number[] => shape.flatMap((extent, axis) => (extent === 1 ? [] : [axis]));
  const [from, to] = [wide(source), wide(target)];
  if (from.length !== to.length || from.some((axis, k) => source[axis] !== target[at(to, k)])) return null;
  return whole(
    e,
    source.map((_, axis) => (from.includes(axis) ? along(at(to, from.indexOf(axis)), 1, 0) : fixed(0))),
  );
}

function ofView(e: Equation<"view">): Piece[] {
  return e.params.pieces.map(({ box, input, index }) => ({ box, source: at(e.inputs, input), index }));
}

function ofSelect(e: Equation<"select">, statics: Statics): Piece[] | null {
  const yes = statics.boxes(at(e.inputs, 0));
  if (yes === null) return null;
  const no = subtractAll([fullBox(outputShape(e))], yes);
  const from = (source: Var, boxes: readonly Box[]): Piece[] =>
    boxes.flatMap((box) => identityPieces(source).map((piece) => ({ ...piece, box })));
  return [...from(at(e.inputs, 1), yes), ...from(at(e.inputs, 2), no)];
}

/** Starts of a dynamic slice of the given sizes, clamped; null if they are not known or differ from batch to batch. */
function knownStarts(
  starts: Var,
  operand: readonly number[],
  batch: number,
  sizes: readonly number[],
  statics: Statics,
): number[] | null {
  const rows = commonRow(starts, sizes.length, statics);
  return rows?.map((start, k) => Math.min(Math.max(start, 0), at(operand, batch + k) - at(sizes, k))) ?? null;
}

/** The row of `length` numbers that a static array repeats. */
function commonRow(variable: Var, length: number, statics: Statics): number[] | null {
  const value = statics.value(variable);
  if (value === null || value.data.length === 0) return length === 0 && value !== null ? [] : null;
  const row = Array.from(value.data.slice(0, length));
  return value.data.every((item, i) => item === row[i % length]) ? row : null;
}

function ofDynamicSlice(e: Equation<"dynamicSlice">, statics: Statics): Piece[] | null {
  const { batch, sizes } = e.params;
  const operand = arrayTypeOf(at(e.inputs, 0)).shape;
  const starts = knownStarts(at(e.inputs, 1), operand, batch, sizes, statics);
  if (starts === null) return null;
  return whole(
    e,
    operand.map((_, axis) => along(axis, 1, axis < batch ? 0 : at(starts, axis - batch))),
  );
}

function ofDynamicUpdate(e: Equation<"dynamicUpdate">, statics: Statics): Piece[] | null {
  const { batch } = e.params;
  const [operand, update] = [at(e.inputs, 0), at(e.inputs, 1)];
  const { shape } = arrayTypeOf(operand);
  const extents = arrayTypeOf(update).shape;
  const starts = knownStarts(at(e.inputs, 2), shape, batch, extents.slice(batch), statics);
  if (starts === null) return null;
  const offset = (axis: number): number => (axis < batch ? 0 : at(starts, axis - batch));
  const box = extents.map((extent, axis) => [offset(axis), offset(axis) + extent] as const);
  const index = extents.map((_, axis) => along(axis, 1, -offset(axis)));
  return overlay(identityPieces(operand), [{ box, source: update, index }], [box]);
}

interface Run {
  readonly low: number;
  readonly high: number;
  readonly stride: number;
  readonly offset: number;
}

/** Affine runs of a list of numbers; places where it is null belong to none. Null if there are too many. */
function affineRuns(list: readonly (number | null)[]): Run[] | null {
  const runs: Run[] = [];
  for (let i = 0; i < list.length;) {
    const first = list[i] ?? null;
    if (first === null) {
      i++;
      continue;
    }
    const second = list[i + 1] ?? null;
    let stride = second === null ? 0 : second - first;
    let end = i + 1;
    if (second !== null)
      while (end < list.length && list[end] !== null && list[end] === first + stride * (end - i)) end++;
    // Two places that are not neighbours are a run by chance only.
    if (end - i === 2 && Math.abs(stride) > 1) end = i + 1;
    if (end - i === 1) stride = 0;
    runs.push({ low: i, high: end, stride, offset: first - stride * i });
    if (runs.length > runLimit) return null;
    i = end;
  }
  return runs;
}

function ofGather(e: Equation<"gather">, statics: Statics): Piece[] | null {
  const { batch, mode } = e.params;
  const [operand, indices] = [at(e.inputs, 0), at(e.inputs, 1)];
  const { shape } = arrayTypeOf(operand);
  const row = commonRow(indices, at(arrayTypeOf(indices).shape, batch), statics);
  if (row === null) return null;
  const runs = affineRuns(row.map((index) => inRange(index, at(shape, batch), mode !== "drop")));
  return (
    runs?.map(({ low, high, stride, offset }) => ({
      box: outputShape(e).map((extent, axis) => (axis === batch ? ([low, high] as const) : ([0, extent] as const))),
      source: operand,
      index: shape.map((_, axis) => (axis === batch ? along(axis, stride, offset) : along(axis, 1, 0))),
    })) ?? null
  );
}

function inRange(index: number, extent: number, clip: boolean): number | null {
  if (clip) return Math.min(Math.max(index, 0), extent - 1);
  return index >= 0 && index < extent ? index : null;
}

function ofScatterSet(e: Equation<"scatterSet">, statics: Statics): Piece[] | null {
  const { batch, mode } = e.params;
  const [operand, indices, updates] = [at(e.inputs, 0), at(e.inputs, 1), at(e.inputs, 2)];
  const { shape } = arrayTypeOf(operand);
  const row = commonRow(indices, at(arrayTypeOf(indices).shape, batch), statics);
  if (row === null) return null;
  const winner: (number | null)[] = new Array<number | null>(at(shape, batch)).fill(null);
  row.forEach((index, j) => {
    const place = inRange(index, at(shape, batch), mode !== "drop");
    if (place !== null) winner[place] = j;
  });
  const runs = affineRuns(winner);
  if (runs === null) return null;
  const boxOf = ({ low, high }: Run): Box =>
    shape.map((extent, axis) => (axis === batch ? ([low, high] as const) : ([0, extent] as const)));
  const added = runs.map((run) => ({
    box: boxOf(run),
    source: updates,
    index: shape.map((_, axis) => (axis === batch ? along(axis, run.stride, run.offset) : along(axis, 1, 0))),
  }));
  return overlay(
    identityPieces(operand),
    added,
    added.map(({ box }) => box),
  );
}
