import { arrayType, sameShape, showType } from "../types.js";
import type { ArrayType, Params, Type } from "../types.js";
import {
  arrayAt,
  checkAscendingAxes,
  checkAxis,
  checkCount,
  checkDtype,
  checkSameDtype,
  checkShape,
  isNumeric,
} from "./checks.js";
import type { InferRules } from "./checks.js";

type ReduceName = "reduceSum" | "reduceMax" | "reduceMin" | "cumsum" | "dot";

/** Inference of reductions, prefix sums and products of matrices. */
export const reduceRules: InferRules<ReduceName> = {
  reduceSum: ({ axes }, inputs) => [reduced("reduceSum", axes, inputs)],
  reduceMax: ({ axes }, inputs) => [extremum("reduceMax", axes, inputs)],
  reduceMin: ({ axes }, inputs) => [extremum("reduceMin", axes, inputs)],

  cumsum({ axis }, inputs) {
    checkCount("cumsum", inputs, 1);
    const x = arrayAt("cumsum", inputs, 0, "x");
    checkAxis("cumsum", axis, x);
    checkDtype("cumsum", "x", x, isNumeric, "a numeric dtype");
    return [x];
  },

  dot: inferDot,
};

function reduced(op: ReduceName, axes: readonly number[], inputs: readonly Type[]): ArrayType {
  checkCount(op, inputs, 1);
  const x = arrayAt(op, inputs, 0, "x");
  checkAscendingAxes(op, axes, x);
  checkDtype(op, "x", x, isNumeric, "a numeric dtype");
  return arrayType(
    x.dtype,
    x.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

function extremum(op: "reduceMax" | "reduceMin", axes: readonly number[], inputs: readonly Type[]): ArrayType {
  const type = reduced(op, axes, inputs);
  const x = arrayAt(op, inputs, 0, "x");
  checkShape(
    axes.every((axis) => x.shape[axis] !== 0),
    op,
    "an empty axis has no extremum",
    `axes [${axes.join(",")}] of ${showType(x)}`,
    "reduced axes with at least one element",
  );
  return type;
}

function inferDot({ batch }: Params["dot"], inputs: readonly Type[]): readonly Type[] {
  checkCount("dot", inputs, 2);
  const a = arrayAt("dot", inputs, 0, "a");
  const b = arrayAt("dot", inputs, 1, "b");
  checkSameDtype("dot", "a", a, "b", b);
  checkDtype("dot", "a", a, isNumeric, "a numeric dtype");
  const both = `a ${showType(a)} and b ${showType(b)}`;
  checkShape(
    a.shape.length === batch + 2 && b.shape.length === batch + 2,
    "dot",
    "the operands are no stacks of matrices",
    both,
    `${batch} leading batch axes and two axes of a matrix in both`,
  );
  checkShape(
    sameShape(a.shape.slice(0, batch), b.shape.slice(0, batch)),
    "dot",
    "the batch axes of a and b differ",
    both,
    "equal batch axes",
  );
  checkShape(
    a.shape[batch + 1] === b.shape[batch],
    "dot",
    "the last axis of a and the first matrix axis of b differ",
    both,
    "[..., m, k] and [..., k, n]",
  );
  return [arrayType(a.dtype, [...a.shape.slice(0, batch + 1), b.shape[batch + 1] as number])];
}
