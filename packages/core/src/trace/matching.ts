import { DTypeError, ShapeError } from "../util/errors.js";
import { sameShape, type ArrayType } from "../ir/types.js";
import type { ArgumentLeaf } from "./leaves.js";
import { literal, showShape } from "./operands.js";
import type { Tensor } from "./tensor.js";

/** A tangent, or cotangent, in the type of what it belongs to; a number of JavaScript takes its dtype. */
export function matching(leaf: ArgumentLeaf, type: ArrayType, name: string, role: string): Tensor {
  if (leaf.number !== null && type.shape.length === 0) return literal(type.dtype, [], leaf.number);
  if (!sameShape(leaf.type.shape, type.shape)) {
    throw new ShapeError({
      what: `${name} does not have the shape of ${role}.`,
      got: showShape(leaf.type.shape),
      expected: showShape(type.shape),
    });
  }
  if (leaf.type.dtype !== type.dtype) {
    throw new DTypeError({
      what: `${name} does not have the dtype of ${role}.`,
      got: leaf.type.dtype,
      expected: type.dtype,
      fix: `convert it with \`.astype("${type.dtype}")\`.`,
    });
  }
  return leaf.tensor;
}
