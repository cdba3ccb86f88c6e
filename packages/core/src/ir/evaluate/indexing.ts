import type { TypedArray } from "../../util/dtype.js";
import { allocate } from "../../util/dtype.js";
import { sizeOf } from "../types.js";
import type { IndexMode } from "../types.js";
import type { ArrayValue, Value } from "../values.js";
import { arrayValue } from "../values.js";
import { arrayOperand } from "./rule.js";
import type { EvaluateRules } from "./rule.js";
import { copyStrided, rowMajor } from "./strided.js";

/** Evaluation of the ops whose indices are data. */
export const indexingEvaluation: EvaluateRules<
  "gather" | "scatterAdd" | "scatterSet" | "dynamicSlice" | "dynamicUpdate"
> = {
  gather({ batch, mode }, inputs) {
    const operand = arrayOperand(inputs, 0);
    const indices = arrayOperand(inputs, 1);
    const shape = [...indices.shape, ...operand.shape.slice(batch + 1)];
    const out = allocate(operand.dtype, sizeOf(shape));
    forEachRow(operand, indices, batch, mode, (row, position, length) => {
      for (let j = 0; j < length; j++) out[position + j] = operand.data[row + j] as number;
    });
    return [arrayValue(operand.dtype, shape, out)];
  },

  scatterAdd({ batch, mode }, inputs) {
    return [
      scatter(inputs, batch, mode, (out, i, update) => {
        out[i] = (out[i] as number) + update;
      }),
    ];
  },

  scatterSet({ batch, mode }, inputs) {
    return [
      scatter(inputs, batch, mode, (out, i, update) => {
        out[i] = update;
      }),
    ];
  },

  dynamicSlice({ batch, sizes }, inputs) {
    const operand = arrayOperand(inputs, 0);
    const starts = arrayOperand(inputs, 1);
    const shape = [...operand.shape.slice(0, batch), ...sizes];
    const out = allocate(operand.dtype, sizeOf(shape));
    forEachBlock(operand, starts, batch, sizes, (offset, strides, b) => {
      const to = { offset: b * sizeOf(sizes), strides: rowMajor(sizes) };
      copyStrided(sizes, operand.data, { offset, strides }, out, to);
    });
    return [arrayValue(operand.dtype, shape, out)];
  },

  dynamicUpdate({ batch }, inputs) {
    const operand = arrayOperand(inputs, 0);
    const update = arrayOperand(inputs, 1);
    const starts = arrayOperand(inputs, 2);
    const sizes = update.shape.slice(batch);
    const out = operand.data.slice();
    forEachBlock(operand, starts, batch, sizes, (offset, strides, b) => {
      const from = { offset: b * sizeOf(sizes), strides: rowMajor(sizes) };
      copyStrided(sizes, update.data, from, out, { offset, strides });
    });
    return [arrayValue(operand.dtype, operand.shape, out)];
  },
};

/** The row of the operand that an index means, or null for none. */
function resolveIndex(index: number, extent: number, mode: IndexMode): number | null {
  if (index >= 0 && index < extent) return index;
  if (mode === "drop") return null;
  return Math.min(Math.max(index, 0), extent - 1);
}

/**
 * For each index in row-major order: the position of the operand's row it means, of the row of updates (or results) it
 * stands for, and their length. Dropped indices are skipped.
 */
function forEachRow(
  operand: ArrayValue,
  indices: ArrayValue,
  batch: number,
  mode: IndexMode,
  visit: (row: number, position: number, length: number) => void,
): void {
  const extent = operand.shape[batch] as number;
  const count = indices.shape[batch] as number;
  const length = sizeOf(operand.shape.slice(batch + 1));
  for (let i = 0; i < indices.data.length; i++) {
    const row = resolveIndex(indices.data[i] as number, extent, mode);
    if (row === null) continue;
    const b = Math.floor(i / count);
    visit((b * extent + row) * length, i * length, length);
  }
}

function scatter(
  inputs: readonly Value[],
  batch: number,
  mode: IndexMode,
  write: (out: TypedArray, i: number, update: number) => void,
): Value {
  const operand = arrayOperand(inputs, 0);
  const updates = arrayOperand(inputs, 2).data;
  const out = operand.data.slice();
  forEachRow(operand, arrayOperand(inputs, 1), batch, mode, (row, position, length) => {
    for (let j = 0; j < length; j++) write(out, row + j, updates[position + j] as number);
  });
  return arrayValue(operand.dtype, operand.shape, out);
}

/** For each batch element b: where the block of `sizes` at its clamped start lies in the operand. */
function forEachBlock(
  operand: ArrayValue,
  starts: ArrayValue,
  batch: number,
  sizes: readonly number[],
  visit: (offset: number, strides: readonly number[], b: number) => void,
): void {
  const inner = operand.shape.slice(batch);
  const strides = rowMajor(inner);
  const count = sizeOf(operand.shape.slice(0, batch));
  for (let b = 0; b < count; b++) {
    let offset = b * sizeOf(inner);
    inner.forEach((extent, axis) => {
      const start = starts.data[b * inner.length + axis] as number;
      const last = extent - (sizes[axis] as number);
      offset += Math.min(Math.max(start, 0), last) * (strides[axis] as number);
    });
    visit(offset, strides, b);
  }
}
