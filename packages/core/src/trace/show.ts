import type { DType, TypedArray } from "../util/dtype.js";

const edge = 4;
const limit = 12;

/** A tensor as text: `float64[3] [1, 2, 3]`; elements beyond a dozen on an axis are left out in its middle. */
export function showTensor(dtype: DType, shape: readonly number[], data: TypedArray | null): string {
  const type = `${dtype}[${shape.join(", ")}]`;
  if (data === null) return `Tensor ${type} (traced)`;
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
  const body = build(0, 0);
  return body.includes("\n") ? `Tensor ${type}\n${body}` : `Tensor ${type} ${body}`;
}

function showNumber(dtype: DType, value: number): string {
  if (dtype === "bool") return value === 0 ? "false" : "true";
  if (Object.is(value, -0)) return "-0";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return String(Number(value.toPrecision(8)));
}
