import type { TypedArray } from "../../util/dtype.js";
import { allocate, isFloat } from "../../util/dtype.js";
import { sizeOf } from "../types.js";
import type { ArrayValue, Value } from "../values.js";
import { arrayValue } from "../values.js";
import { arrayOperand } from "./rule.js";
import type { EvaluateRules } from "./rule.js";
import { copyStrided, rowMajor } from "./strided.js";

/** Number of accumulators of a sum whose innermost axis is reduced. */
export const sumLanes = 8;

/**
 * Evaluation of reductions, prefix sums and products of matrices. The order of `reduceSum` is part of the op:
 * - If the operand's innermost axis is reduced, `sumLanes` accumulators start at +0; the element with innermost index j
 *   goes to accumulator j mod 8, rows (the outer reduced axes) ascending; then t0 = a0 + a4, t1 = a1 + a5, t2 = a2 + a6,
 *   t3 = a3 + a7, and the sum is (t0 + t2) + (t1 + t3).
 * - Else one accumulator for each output starts at +0, and the elements follow in ascending row-major order.
 * Every addition is rounded to the dtype; integers wrap.
 */
export const reduceEvaluation: EvaluateRules<"reduceSum" | "reduceMax" | "reduceMin" | "cumsum" | "dot"> = {
  reduceSum({ axes }, inputs) {
    const x = arrayOperand(inputs, 0);
    const laned = axes.length > 0 && axes[axes.length - 1] === x.shape.length - 1;
    return [reduceRows(x, axes, laned ? sumInLanes : sumInOrder)];
  },
  reduceMax: ({ axes }, inputs) => [reduceRows(arrayOperand(inputs, 0), axes, maximum)],
  reduceMin: ({ axes }, inputs) => [reduceRows(arrayOperand(inputs, 0), axes, minimum)],

  cumsum({ axis, reverse }, inputs) {
    const x = arrayOperand(inputs, 0);
    const extent = x.shape[axis] as number;
    const inner = sizeOf(x.shape.slice(axis + 1));
    const outer = sizeOf(x.shape.slice(0, axis));
    const out = allocate(x.dtype, x.data.length);
    const sum = allocate(x.dtype, 1);
    for (let o = 0; o < outer; o++) {
      for (let j = 0; j < inner; j++) {
        sum[0] = 0;
        for (let step = 0; step < extent; step++) {
          const i = (o * extent + (reverse ? extent - 1 - step : step)) * inner + j;
          sum[0] = sum[0] + (x.data[i] as number);
          out[i] = sum[0];
        }
      }
    }
    return [arrayValue(x.dtype, x.shape, out)];
  },

  dot({ batch }, inputs) {
    const a = arrayOperand(inputs, 0);
    const b = arrayOperand(inputs, 1);
    const stack = sizeOf(a.shape.slice(0, batch));
    const m = a.shape[batch] as number;
    const k = a.shape[batch + 1] as number;
    const n = b.shape[batch + 1] as number;
    const shape = [...a.shape.slice(0, batch + 1), n];
    const out = allocate(a.dtype, sizeOf(shape));
    const float = isFloat(a.dtype);
    // Both the product and the sum are rounded to the dtype by being stored.
    const cell = allocate(a.dtype, 2);
    for (let s = 0; s < stack; s++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          cell[0] = 0;
          for (let l = 0; l < k; l++) {
            const left = a.data[(s * m + i) * k + l] as number;
            const right = b.data[(s * k + l) * n + j] as number;
            cell[1] = float ? left * right : Math.imul(left, right);
            cell[0] = cell[0] + cell[1];
          }
          out[(s * m + i) * n + j] = cell[0];
        }
      }
    }
    return [arrayValue(a.dtype, shape, out)];
  },
};

/** Reduces `row`, the reduced elements of one output in row-major order; `innermost` is the extent of their last axis. */
type ReduceRow = (row: TypedArray, innermost: number, accumulators: TypedArray) => number;

function reduceRows(x: ArrayValue, axes: readonly number[], reduceRow: ReduceRow): Value {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const shape = kept.map((axis) => x.shape[axis] as number);
  const rowShape = axes.map((axis) => x.shape[axis] as number);
  const length = sizeOf(rowShape);
  const innermost = rowShape[rowShape.length - 1] ?? 1;

  // Kept axes first, then the reduced ones: each output's elements are then contiguous.
  const order = [...kept, ...axes];
  const dense = rowMajor(x.shape);
  const moved = allocate(x.dtype, x.data.length);
  const movedShape = [...shape, ...rowShape];
  copyStrided(movedShape, x.data, { offset: 0, strides: order.map((axis) => dense[axis] as number) }, moved, {
    offset: 0,
    strides: rowMajor(movedShape),
  });

  const out = allocate(x.dtype, sizeOf(shape));
  const accumulators = allocate(x.dtype, sumLanes);
  for (let i = 0; i < out.length; i++) {
    out[i] = reduceRow(moved.subarray(i * length, (i + 1) * length), innermost, accumulators);
  }
  return arrayValue(x.dtype, shape, out);
}

function sumInLanes(row: TypedArray, innermost: number, lane: TypedArray): number {
  lane.fill(0);
  for (let i = 0; i < row.length; i++) {
    const k = (i % innermost) % sumLanes;
    lane[k] = (lane[k] as number) + (row[i] as number);
  }
  // Each store rounds to the dtype.
  for (let half = sumLanes / 2; half >= 1; half /= 2) {
    for (let k = 0; k < half; k++) lane[k] = (lane[k] as number) + (lane[k + half] as number);
  }
  return lane[0] as number;
}

function sumInOrder(row: TypedArray, _innermost: number, accumulators: TypedArray): number {
  accumulators[0] = 0;
  for (let i = 0; i < row.length; i++) accumulators[0] = accumulators[0] + (row[i] as number);
  return accumulators[0];
}

function maximum(row: TypedArray): number {
  let result = row[0] as number;
  for (let i = 1; i < row.length; i++) result = Math.max(result, row[i] as number);
  return result;
}

function minimum(row: TypedArray): number {
  let result = row[0] as number;
  for (let i = 1; i < row.length; i++) result = Math.min(result, row[i] as number);
  return result;
}
