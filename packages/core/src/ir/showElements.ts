import type { DType, TypedArray } from "../util/dtype.js";

/** Elements that are shown at both ends of an axis of more than `limit`. */
const edge = 4;
const limit = 12;

/** Elements of an array as text: `[1, 2, 3]`; those beyond a dozen on an axis are left out in its middle. */
export function showElements(dtype: DType, shape: readonly number[], data: TypedArray): string {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, extent) => size * extent, 1));
  const build = (axis: number, offset: number): string => {
    if (axis === shape.length) return showNumber(dtype, data[offset] as number);
    const extent = shape[axis] as number;
    const parts: string[] = [];
    for (let i = 0; i < extent; i++) {
      if (extent > limit && i === edge) {
        parts.push("...");
        i = extent - edge;
      }
      parts.push(build(axis + 1, offset + i * (strides[axis] as number)));
    }
    const separator = axis === shape.length - 1 ? ", " : `,\n${" ".repeat(axis + 1)}`;
    return `[${parts.join(separator)}]`;
  };
  return build(0, 0);
}

/** A number with all its digits. */
export function showFull(dtype: DType, value: number): string {
  if (dtype === "bool") return value === 0 ? "false" : "true";
  return Object.is(value, -0) ? "-0" : String(value);
}

function showNumber(dtype: DType, value: number): string {
  if (dtype === "bool" || (Number.isInteger(value) && Math.abs(value) < 1e15)) return showFull(dtype, value);
  return String(Number(value.toPrecision(8)));
}
