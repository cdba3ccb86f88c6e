import { allocate } from "../../util/dtype.js";
import { InternalError } from "../../util/errors.js";
import { sizeOf } from "../types.js";
import type { IndexMode } from "../types.js";
import type { ArrayValue } from "../values.js";
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
    const operand = arrayOperand(inputs, 0);
    const out = operand.data.slice();
    const count = sizeOf(arrayOperand(inputs, 1).shape);
    for (let i = 0; i < count; i++) {
      for (let k = 1; k < inputs.length; k += 2) {
        const updates = arrayOperand(inputs, k + 1).data;
        visitRow(operand, arrayOperand(inputs, k), batch, mode, i, (row, position, length) => {
          for (let j = 0; j < length; j++) out[row + j] = (out[row + j] as number) + (updates[position + j] as number);
        });
      }
    }
    return [arrayValue(operand.dtype, operand.shape, out)];
  },

  scatterSet({ batch, mode }, inputs) {
    const operand = arrayOperand(inputs, 0);
    const updates = arrayOperand(inputs, 2).data;
    const out = operand.data.slice();
    forEachRow(operand, arrayOperand(inputs, 1), batch, mode, (row, position, length) => {
      for (let j = 0; j < length; j++) out[row + j] = updates[position + j] as number;
    });
    return [arrayValue(operand.dtype, operand.shape, out)];
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
  if (mode === "inBounds") throw new InternalError(`index ${index} was said to lie inside of an axis of ${extent}`);
  return Math.min(Math.max(index, 0), extent - 1);
}

/** For each index in row-major order: see `visitRow`. */
function forEachRow(operand: ArrayValue, indices: ArrayValue, batch: number, mode: IndexMode, visit: RowVisitor): void {
  for (let i = 0; i < indices.data.length; i++) visitRow(operand, indices, batch, mode, i, visit);
}

/** The position of the operand's row that an index means, of the row of updates (or results) it stands for, and their length. */
type RowVisitor = (row: number, position: number, length: number) => void;

/** Visits the row that index `i` means; none if it is dropped. */
function visitRow(
  operand: ArrayValue,
  indices: ArrayValue,
  batch: number,
  mode: IndexMode,
  i: number,
  visit: RowVisitor,
): void {
  const extent = operand.shape[batch] as number;
  const row = resolveIndex(indices.data[i] as number, extent, mode);
  if (row === null) return;
  const b = Math.floor(i / (indices.shape[batch] as number));
  const length = sizeOf(operand.shape.slice(batch + 1));
  visit((b * extent + row) * length, i * length, length);
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
