import { IndexError } from "../../util/errors.js";
import type { Axes, Tensor } from "../tensor.js";

/**
 * An axis as a number from 0 on; a negative one counts from the last (-1 is the last axis, as in NumPy).
 * @throws IndexError where there is no such axis.
 */
export function axisNumber(op: string, tensor: Tensor, axis: number, rank: number = tensor.shape.length): number {
  const found = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || found < 0 || found >= rank) {
    throw new IndexError({
      what: `${op}: there is no axis ${axis}.`,
      got: `a tensor of shape [${tensor.shape.join(", ")}]`,
      expected: rank === 0 ? "no axis, since a 0-d tensor has none" : `an axis from ${-rank} to ${rank - 1}`,
    });
  }
  return found;
}

/** Axes in ascending order; all when `axes` is null. */
export function asAxes(op: string, tensor: Tensor, axes: Axes): readonly number[] {
  if (axes === null) return tensor.shape.map((_, axis) => axis);
  const list = typeof axes === "number" ? [axes] : axes;
  const numbers = list.map((axis) => axisNumber(op, tensor, axis)).sort((a, b) => a - b);
  if (new Set(numbers).size !== numbers.length)
    throw new IndexError({ what: `${op}: an axis is named twice.`, got: `[${list.join(", ")}]` });
  return numbers;
}
