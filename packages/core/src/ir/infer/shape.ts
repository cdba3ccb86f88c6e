import { arrayType, showType, sizeOf } from "../types.js";
import type { ArrayType, Params, Type, ViewPiece } from "../types.js";
import {
  arrayAt,
  checkAscendingAxes,
  checkAxis,
  checkCount,
  checkExtents,
  checkPerAxis,
  checkRepresentable,
  checkSameDtype,
  checkShape,
} from "./checks.js";
import type { InferRules } from "./checks.js";

type ShapeName = "reshape" | "transpose" | "broadcast" | "slice" | "pad" | "concatenate" | "reverse" | "view";

/** Inference of the ops that move elements without computing. */
export const shapeRules: InferRules<ShapeName> = {
  reshape({ shape }, inputs) {
    checkCount("reshape", inputs, 1);
    const x = arrayAt("reshape", inputs, 0, "x");
    checkExtents("reshape", shape);
    checkShape(
      sizeOf(shape) === sizeOf(x.shape),
      "reshape",
      "the new shape has another number of elements",
      `${showType(x)} (${sizeOf(x.shape)} elements) to [${shape.join(",")}] (${sizeOf(shape)})`,
      `${sizeOf(x.shape)} elements`,
    );
    return [arrayType(x.dtype, shape)];
  },

  transpose({ permutation }, inputs) {
    checkCount("transpose", inputs, 1);
    const x = arrayAt("transpose", inputs, 0, "x");
    const rank = x.shape.length;
    checkPerAxis("transpose", "permutation", permutation, rank);
    for (const axis of permutation) checkAxis("transpose", axis, x);
    checkShape(
      new Set(permutation).size === rank,
      "transpose",
      "the permutation repeats an axis",
      `[${permutation.join(",")}]`,
      "each axis once",
    );
    return [
      arrayType(
        x.dtype,
        permutation.map((axis) => x.shape[axis] as number),
      ),
    ];
  },

  broadcast({ shape, axes }, inputs) {
    checkCount("broadcast", inputs, 1);
    const x = arrayAt("broadcast", inputs, 0, "x");
    checkExtents("broadcast", shape);
    checkPerAxis("broadcast", "axes", axes, x.shape.length);
    const target = arrayType(x.dtype, shape);
    checkAscendingAxes("broadcast", axes, target);
    axes.forEach((axis, i) => {
      checkShape(
        shape[axis] === x.shape[i],
        "broadcast",
        `axis ${i} of x does not have the extent of axis ${axis} of the result`,
        `x ${showType(x)} to [${shape.join(",")}]`,
        "equal extents along mapped axes",
      );
    });
    return [target];
  },

  slice({ start, limit, stride }, inputs) {
    checkCount("slice", inputs, 1);
    const x = arrayAt("slice", inputs, 0, "x");
    const rank = x.shape.length;
    checkPerAxis("slice", "start", start, rank);
    checkPerAxis("slice", "limit", limit, rank);
    checkPerAxis("slice", "stride", stride, rank);
    const shape = x.shape.map((extent, axis) => {
      const from = start[axis] as number;
      const to = limit[axis] as number;
      const step = stride[axis] as number;
      checkShape(
        isCount(from) && isCount(to) && from <= to && to <= extent && isCount(step) && step >= 1,
        "slice",
        `the range of axis ${axis} does not lie in x`,
        `start ${from}, limit ${to}, stride ${step} in ${showType(x)}`,
        `0 <= start <= limit <= ${extent} and a stride of at least 1`,
      );
      return Math.ceil((to - from) / step);
    });
    return [arrayType(x.dtype, shape)];
  },

  pad({ low, high, interior, value }, inputs) {
    checkCount("pad", inputs, 1);
    const x = arrayAt("pad", inputs, 0, "x");
    const rank = x.shape.length;
    checkPerAxis("pad", "low", low, rank);
    checkPerAxis("pad", "high", high, rank);
    checkPerAxis("pad", "interior", interior, rank);
    checkRepresentable("pad", x.dtype, value);
    checkShape(
      [...low, ...high, ...interior].every(isCount),
      "pad",
      "an amount of padding is no non-negative integer",
      `low [${low.join(",")}], high [${high.join(",")}], interior [${interior.join(",")}]`,
      "non-negative integers",
    );
    const shape = x.shape.map(
      (extent, axis) =>
        (low[axis] as number) + extent + Math.max(0, extent - 1) * (interior[axis] as number) + (high[axis] as number),
    );
    return [arrayType(x.dtype, shape)];
  },

  concatenate({ axis }, inputs) {
    const first = arrayAt("concatenate", inputs, 0, "operand 0");
    checkAxis("concatenate", axis, first);
    let extent = 0;
    inputs.forEach((_, i) => {
      const operand = arrayAt("concatenate", inputs, i, `operand ${i}`);
      checkSameDtype("concatenate", "operand 0", first, `operand ${i}`, operand);
      checkShape(
        operand.shape.length === first.shape.length &&
          operand.shape.every((n, k) => k === axis || n === first.shape[k]),
        "concatenate",
        `operand 0 and operand ${i} differ beside axis ${axis}`,
        `operand 0 ${showType(first)} and operand ${i} ${showType(operand)}`,
        `equal extents on every axis but ${axis}`,
      );
      extent += operand.shape[axis] as number;
    });
    return [
      arrayType(
        first.dtype,
        first.shape.map((n, k) => (k === axis ? extent : n)),
      ),
    ];
  },

  reverse({ axes }, inputs) {
    checkCount("reverse", inputs, 1);
    const x = arrayAt("reverse", inputs, 0, "x");
    checkAscendingAxes("reverse", axes, x);
    return [x];
  },

  view: inferView,
};

function inferView({ shape, pieces }: Params["view"], inputs: readonly Type[]): readonly Type[] {
  const sources = inputs.map((_, i) => arrayAt("view", inputs, i, `operand ${i}`));
  const first = arrayAt("view", inputs, 0, "operand 0");
  checkExtents("view", shape);
  sources.forEach((source, i) => checkSameDtype("view", "operand 0", first, `operand ${i}`, source));
  pieces.forEach((piece, p) => checkPiece(piece, p, shape, sources));
  pieces.forEach((piece, p) => {
    for (let q = 0; q < p; q++) {
      const other = pieces[q] as ViewPiece;
      checkShape(
        !overlap(piece, other),
        "view",
        `pieces ${q} and ${p} overlap`,
        `boxes ${showBox(other)} and ${showBox(piece)}`,
        "disjoint boxes",
      );
    }
  });
  return [arrayType(first.dtype, shape)];
}

function checkPiece(piece: ViewPiece, p: number, shape: readonly number[], sources: readonly ArrayType[]): void {
  const { box, input, index } = piece;
  checkShape(
    box.length === shape.length &&
      box.every(([lo, hi], axis) => isCount(lo) && isCount(hi) && lo <= hi && hi <= (shape[axis] as number)),
    "view",
    `the box of piece ${p} does not lie in the result`,
    `${showBox(piece)} in [${shape.join(",")}]`,
    "0 <= lo <= hi <= extent on every axis",
  );
  const source = sources[input];
  checkShape(
    source !== undefined,
    "view",
    `piece ${p} reads an operand that is not there`,
    `operand ${input} of ${sources.length}`,
    "one of the operands",
  );
  checkPerAxis(
    "view",
    `index of piece ${p}`,
    index.map((_, i) => i),
    source.shape.length,
  );
  const empty = box.some(([lo, hi]) => lo === hi);
  index.forEach(({ axis, stride, offset }, a) => {
    const range = axis === null ? ([0, 1] as const) : box[axis];
    checkShape(
      range !== undefined && Number.isInteger(stride) && Number.isInteger(offset),
      "view",
      `the index of piece ${p} along axis ${a} of its operand is malformed`,
      `axis ${axis}, stride ${stride}, offset ${offset}`,
      "an axis of the result or null, and integers",
    );
    if (empty) return;
    const scale = axis === null ? 0 : stride;
    const ends = [scale * range[0] + offset, scale * (range[1] - 1) + offset];
    checkShape(
      Math.min(...ends) >= 0 && Math.max(...ends) < (source.shape[a] as number),
      "view",
      `piece ${p} reads outside of its operand along axis ${a}`,
      `indices ${ends.join(" to ")} in ${showType(source)}`,
      `indices from 0 to ${(source.shape[a] as number) - 1}`,
    );
  });
}

function overlap(a: ViewPiece, b: ViewPiece): boolean {
  return a.box.every(([lo, hi], axis) => {
    const [otherLo, otherHi] = b.box[axis] as readonly [number, number];
    return Math.max(lo, otherLo) < Math.min(hi, otherHi);
  });
}

function showBox(piece: ViewPiece): string {
  return `[${piece.box.map(([lo, hi]) => `${lo}..${hi}`).join(", ")}]`;
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}
