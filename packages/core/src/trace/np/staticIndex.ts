import { IndexError } from "../../util/errors.js";
import { describeHost } from "../host.js";
import { showShape } from "../operands.js";
import type { AxisIndex, Range, Tensor } from "../tensor.js";

/** The part of an axis that an index or a range takes. */
export interface AxisPart {
  readonly start: number;
  /** First place behind the part; `start + 1` for an index. */
  readonly stop: number;
  readonly step: number;
  /** Number of elements. */
  readonly count: number;
  /** Whether the axis vanishes: it was a single index. */
  readonly single: boolean;
}

/** Whether a value is an index known when tracing: a number, a range or null. */
export function isStaticIndex(index: unknown): index is AxisIndex | undefined {
  return index === null || index === undefined || typeof index === "number" || Array.isArray(index);
}

/**
 * Reads static indices, one for each axis; axes without one are whole.
 * @throws IndexError where an index lies outside of its axis: negative ones do, -1 never means the last element.
 */
export function readIndices(
  op: string,
  tensor: Tensor,
  indices: readonly (AxisIndex | undefined)[],
): readonly AxisPart[] {
  if (indices.length > tensor.shape.length) {
    throw new IndexError({
      what: `${op}: there are more indices than axes.`,
      got: `${indices.length} indices for a tensor of shape ${showShape(tensor.shape)}`,
      expected: `at most ${tensor.shape.length}`,
    });
  }
  return tensor.shape.map((extent, axis) => readIndex(op, tensor, axis, extent, indices[axis]));
}

function readIndex(op: string, tensor: Tensor, axis: number, extent: number, index: AxisIndex | undefined): AxisPart {
  if (index === null || index === undefined) return { start: 0, stop: extent, step: 1, count: extent, single: false };
  if (typeof index === "number") {
    checkInside(op, tensor, axis, index, extent - 1, "index");
    return { start: index, stop: index + 1, step: 1, count: 1, single: true };
  }
  const range: Range = index;
  const start = range[0] ?? 0;
  const stop = range[1] ?? extent;
  const step = range[2] ?? 1;
  checkInside(op, tensor, axis, start, extent, "start");
  checkInside(op, tensor, axis, stop, extent, "stop");
  if (!Number.isInteger(step) || step < 1 || range.length > 3) {
    throw new IndexError({
      what: `${op}: a range is [start, stop] or [start, stop, step] with a step from 1 on.`,
      got: `[${range.map(describeItem).join(", ")}] on axis ${axis}`,
      fix: 'for the reverse order use `np.flip`; for a list of indices give an integer tensor, as in `np.array([3, 1], "int32")`.',
    });
  }
  return { start, stop, step, count: Math.max(0, Math.ceil((stop - start) / step)), single: false };
}

function checkInside(op: string, tensor: Tensor, axis: number, value: number, last: number, role: string): void {
  if (Number.isInteger(value) && value >= 0 && value <= last) return;
  const extent = tensor.shape[axis] as number;
  throw new IndexError({
    what: `${op}: the ${role} ${describeItem(value)} lies outside of axis ${axis} of a tensor of shape ${showShape(tensor.shape)}.`,
    got: describeItem(value),
    expected: last < 0 ? "an axis with elements" : `a whole number from 0 to ${last}`,
    fix:
      value < 0
        ? `negative indices do not wrap around: count from the end with the extent, as in \`x.shape[${axis}] - ${-value}\` (here ${extent + value}).`
        : "check the extent with `x.shape`.",
    data: { axis, shape: tensor.shape, index: value },
  });
}

function describeItem(value: unknown): string {
  return typeof value === "number" || value === null ? String(value) : describeHost(value);
}
