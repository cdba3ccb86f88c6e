import { arrayType, sameShape, showType } from "../types.js";
import type { ArrayType, IndexMode, OpName, Type } from "../types.js";
import { arrayAt, checkCount, checkDtype, checkPerAxis, checkSameDtype, checkShape, isNumeric } from "./checks.js";
import type { InferRules } from "./checks.js";

type IndexingName = "gather" | "scatterAdd" | "scatterSet" | "dynamicSlice" | "dynamicUpdate";

/** Inference of the ops whose indices are data. */
export const indexingRules: InferRules<IndexingName> = {
  gather({ batch, mode }, inputs) {
    checkCount("gather", inputs, 2);
    const operand = arrayAt("gather", inputs, 0, "operand");
    const indices = arrayAt("gather", inputs, 1, "indices");
    const shape = gatheredShape("gather", batch, mode, operand, indices);
    return [arrayType(operand.dtype, shape)];
  },

  scatterAdd({ batch, mode }, inputs) {
    const [operand, ...columns] = inputs;
    checkCount("scatterAdd", inputs, Math.max(3, 1 + 2 * Math.ceil(columns.length / 2)));
    const first = arrayAt("scatterAdd", inputs, 1, "indices");
    for (let k = 0; k < columns.length; k += 2) {
      scatter("scatterAdd", batch, mode, [operand as Type, ...columns.slice(k, k + 2)]);
      const indices = arrayAt("scatterAdd", inputs, k + 1, "indices");
      checkShape(
        sameShape(indices.shape, first.shape),
        "scatterAdd",
        "the columns have not equally many indices",
        `indices ${showType(first)} and ${showType(indices)}`,
        "equal shapes",
      );
    }
    const result = arrayAt("scatterAdd", inputs, 0, "operand");
    checkDtype("scatterAdd", "operand", result, isNumeric, "a numeric dtype");
    return [result];
  },

  scatterSet: ({ batch, mode }, inputs) => [scatter("scatterSet", batch, mode, inputs)],

  dynamicSlice({ batch, sizes }, inputs) {
    checkCount("dynamicSlice", inputs, 2);
    const operand = arrayAt("dynamicSlice", inputs, 0, "operand");
    const starts = arrayAt("dynamicSlice", inputs, 1, "starts");
    const inner = innerShape("dynamicSlice", batch, operand);
    checkPerAxis("dynamicSlice", "sizes", sizes, inner.length);
    checkStarts("dynamicSlice", batch, operand, starts);
    checkShape(
      sizes.every((size, axis) => Number.isInteger(size) && size >= 0 && size <= (inner[axis] as number)),
      "dynamicSlice",
      "the slice is larger than the operand",
      `sizes [${sizes.join(",")}] of operand ${showType(operand)}`,
      "sizes of at most the operand's extents",
    );
    return [arrayType(operand.dtype, [...operand.shape.slice(0, batch), ...sizes])];
  },

  dynamicUpdate({ batch }, inputs) {
    checkCount("dynamicUpdate", inputs, 3);
    const operand = arrayAt("dynamicUpdate", inputs, 0, "operand");
    const update = arrayAt("dynamicUpdate", inputs, 1, "update");
    const starts = arrayAt("dynamicUpdate", inputs, 2, "starts");
    checkSameDtype("dynamicUpdate", "operand", operand, "update", update);
    innerShape("dynamicUpdate", batch, operand);
    checkStarts("dynamicUpdate", batch, operand, starts);
    checkShape(
      update.shape.length === operand.shape.length &&
        update.shape.every((n, axis) =>
          axis < batch ? n === operand.shape[axis] : n <= (operand.shape[axis] as number),
        ),
      "dynamicUpdate",
      "the update does not fit into the operand",
      `update ${showType(update)} and operand ${showType(operand)}`,
      "equal ranks and batch axes, and extents of at most the operand's",
    );
    return [operand];
  },
};

function scatter(op: "scatterAdd" | "scatterSet", batch: number, mode: IndexMode, inputs: readonly Type[]): ArrayType {
  checkCount(op, inputs, 3);
  const operand = arrayAt(op, inputs, 0, "operand");
  const indices = arrayAt(op, inputs, 1, "indices");
  const updates = arrayAt(op, inputs, 2, "updates");
  checkSameDtype(op, "operand", operand, "updates", updates);
  const shape = gatheredShape(op, batch, mode, operand, indices);
  checkShape(
    sameShape(updates.shape, shape),
    op,
    "the updates do not have one row for each index",
    `updates ${showType(updates)} for operand ${showType(operand)} and indices ${showType(indices)}`,
    showType(arrayType(operand.dtype, shape)),
  );
  return operand;
}

/** [...B, m, ...rest] for operand [...B, n, ...rest] and indices [...B, m]. */
function gatheredShape(
  op: OpName,
  batch: number,
  mode: IndexMode,
  operand: ArrayType,
  indices: ArrayType,
): readonly number[] {
  const both = `operand ${showType(operand)} and indices ${showType(indices)}`;
  checkDtype(op, "indices", indices, (dtype) => dtype === "int32", "int32");
  checkBatch(op, batch);
  checkShape(
    operand.shape.length >= batch + 1 && indices.shape.length === batch + 1,
    op,
    "the ranks do not fit",
    both,
    `operand [...B, n, ...rest] and indices [...B, m] with ${batch} axes in B`,
  );
  checkShape(
    sameShape(operand.shape.slice(0, batch), indices.shape.slice(0, batch)),
    op,
    "the batch axes of operand and indices differ",
    both,
    "equal batch axes",
  );
  checkShape(
    mode === "drop" || operand.shape[batch] !== 0 || indices.shape.includes(0),
    op,
    "an index cannot be clamped into an empty axis",
    both,
    "an indexed axis with at least one element, or mode 'drop'",
  );
  return [...indices.shape, ...operand.shape.slice(batch + 1)];
}

function innerShape(op: OpName, batch: number, operand: ArrayType): readonly number[] {
  checkBatch(op, batch);
  checkShape(
    operand.shape.length >= batch,
    op,
    "the operand has fewer axes than batch axes",
    `operand ${showType(operand)} and ${batch} batch axes`,
    `at least ${batch} axes`,
  );
  return operand.shape.slice(batch);
}

function checkStarts(op: OpName, batch: number, operand: ArrayType, starts: ArrayType): void {
  checkDtype(op, "starts", starts, (dtype) => dtype === "int32", "int32");
  const expected = [...operand.shape.slice(0, batch), operand.shape.length - batch];
  checkShape(
    sameShape(starts.shape, expected),
    op,
    "starts do not have one entry for each sliced axis",
    `starts ${showType(starts)} for operand ${showType(operand)}`,
    `int32[${expected.join(",")}]`,
  );
}

function checkBatch(op: OpName, batch: number): void {
  checkShape(
    Number.isInteger(batch) && batch >= 0,
    op,
    "the number of batch axes is no count",
    String(batch),
    "a non-negative integer",
  );
}
