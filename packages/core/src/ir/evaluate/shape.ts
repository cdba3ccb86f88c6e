import { allocate } from "../../util/dtype.js";
import { sizeOf } from "../types.js";
import type { ArrayValue, Value } from "../values.js";
import { arrayValue, filledValue } from "../values.js";
import { arrayOperand } from "./rule.js";
import type { EvaluateRules } from "./rule.js";
import { copyStrided, rowMajor } from "./strided.js";
import type { Layout } from "./strided.js";

/** Evaluation of the ops that move elements without computing. */
export const shapeEvaluation: EvaluateRules<
  "reshape" | "transpose" | "broadcast" | "slice" | "pad" | "concatenate" | "reverse" | "view"
> = {
  reshape({ shape }, inputs) {
    const x = arrayOperand(inputs, 0);
    return [arrayValue(x.dtype, shape, x.data)];
  },

  transpose({ permutation }, inputs) {
    const x = arrayOperand(inputs, 0);
    const strides = rowMajor(x.shape);
    return [
      readAs(
        x,
        permutation.map((axis) => x.shape[axis] as number),
        { offset: 0, strides: permutation.map((axis) => strides[axis] as number) },
      ),
    ];
  },

  broadcast({ shape, axes }, inputs) {
    const x = arrayOperand(inputs, 0);
    const strides = new Array<number>(shape.length).fill(0);
    rowMajor(x.shape).forEach((stride, i) => (strides[axes[i] as number] = stride));
    return [readAs(x, shape, { offset: 0, strides })];
  },

  slice({ start, limit, stride }, inputs) {
    const x = arrayOperand(inputs, 0);
    const dense = rowMajor(x.shape);
    const shape = start.map((from, axis) => Math.ceil(((limit[axis] as number) - from) / (stride[axis] as number)));
    const offset = start.reduce((sum, from, axis) => sum + from * (dense[axis] as number), 0);
    return [readAs(x, shape, { offset, strides: dense.map((step, axis) => step * (stride[axis] as number)) })];
  },

  pad({ low, high, interior, value }, inputs) {
    const x = arrayOperand(inputs, 0);
    const shape = x.shape.map(
      (n, axis) => (low[axis] as number) + n + Math.max(0, n - 1) * (interior[axis] as number) + (high[axis] as number),
    );
    const out = filledValue(x.dtype, shape, value);
    const dense = rowMajor(shape);
    copyStrided(x.shape, x.data, denseLayout(x.shape), out.data, {
      offset: low.reduce((sum, before, axis) => sum + before * (dense[axis] as number), 0),
      strides: dense.map((step, axis) => step * ((interior[axis] as number) + 1)),
    });
    return [out];
  },

  concatenate({ axis }, inputs) {
    const operands = inputs.map((_, i) => arrayOperand(inputs, i));
    const first = arrayOperand(inputs, 0);
    const extent = operands.reduce((sum, operand) => sum + (operand.shape[axis] as number), 0);
    const shape = first.shape.map((n, k) => (k === axis ? extent : n));
    const strides = rowMajor(shape);
    const out = allocate(first.dtype, sizeOf(shape));
    let position = 0;
    for (const operand of operands) {
      const offset = position * (strides[axis] as number);
      copyStrided(operand.shape, operand.data, denseLayout(operand.shape), out, { offset, strides });
      position += operand.shape[axis] as number;
    }
    return [arrayValue(first.dtype, shape, out)];
  },

  reverse({ axes }, inputs) {
    const x = arrayOperand(inputs, 0);
    const dense = rowMajor(x.shape);
    const offset = axes.reduce((sum, axis) => sum + ((x.shape[axis] as number) - 1) * (dense[axis] as number), 0);
    return [readAs(x, x.shape, { offset, strides: dense.map((step, axis) => (axes.includes(axis) ? -step : step)) })];
  },

  view({ shape, pieces }, inputs) {
    const out = filledValue(arrayOperand(inputs, 0).dtype, shape, 0);
    const dense = rowMajor(shape);
    for (const { box, input, index } of pieces) {
      const source = arrayOperand(inputs, input);
      const sourceDense = rowMajor(source.shape);
      const strides = new Array<number>(shape.length).fill(0);
      let offset = 0;
      index.forEach(({ axis, stride, offset: shift }, a) => {
        const step = sourceDense[a] as number;
        offset += shift * step;
        if (axis === null) return;
        strides[axis] = (strides[axis] as number) + stride * step;
        offset += (box[axis] as readonly [number, number])[0] * stride * step;
      });
      const extents = box.map(([lo, hi]) => hi - lo);
      const target = box.reduce((sum, [lo], axis) => sum + lo * (dense[axis] as number), 0);
      copyStrided(extents, source.data, { offset, strides }, out.data, { offset: target, strides: dense });
    }
    return [out];
  },
};

/** The layout of a dense array. */
function denseLayout(shape: readonly number[]): Layout {
  return { offset: 0, strides: rowMajor(shape) };
}

/** A dense array of `shape`, read from x by the layout. */
function readAs(x: ArrayValue, shape: readonly number[], from: Layout): Value {
  const out = allocate(x.dtype, sizeOf(shape));
  copyStrided(shape, x.data, from, out, denseLayout(shape));
  return arrayValue(x.dtype, shape, out);
}
