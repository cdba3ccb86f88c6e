import { sizeOf } from "../ir/types.js";
import type { ArrayValue, Value } from "../ir/values.js";
import { arrayValue } from "../ir/values.js";
import { allocate, isFloat } from "../util/dtype.js";
import { InternalError } from "../util/errors.js";

/** The value, which must be an array. */
export function asArray(value: Value): ArrayValue {
  if (value.kind !== "array") throw new InternalError(`a ${value.kind} stands where a test needs an array`);
  return value;
}

/** x + factor * y, in float64 whatever the dtypes, rounded to that of x. */
export function shifted(x: ArrayValue, factor: number, y: ArrayValue): ArrayValue {
  const data = allocate(x.dtype, x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = (x.data[i] as number) + factor * (y.data[i] as number);
  return arrayValue(x.dtype, x.shape, data);
}

/** Sum of the products of all elements. */
export function innerProduct(xs: readonly Value[], ys: readonly Value[]): number {
  let total = 0;
  xs.forEach((x, k) => {
    const a = asArray(x).data;
    const b = asArray(ys[k] as Value).data;
    for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  });
  return total;
}

/** Arrays of one type one after another along a new axis 0. */
export function stackArrays(rows: readonly ArrayValue[]): ArrayValue {
  const first = rows[0];
  if (first === undefined) throw new InternalError("no rows to stack");
  const size = first.data.length;
  const data = allocate(first.dtype, size * rows.length);
  rows.forEach((row, k) => data.set(row.data, k * size));
  return arrayValue(first.dtype, [rows.length, ...first.shape], data);
}

/** Entry `k` along axis 0. */
export function rowOf(x: ArrayValue, k: number): ArrayValue {
  const shape = x.shape.slice(1);
  const size = sizeOf(shape);
  return arrayValue(x.dtype, shape, x.data.slice(k * size, (k + 1) * size));
}

/** Whether an array has derivatives. */
export function isFloatArray(value: Value): value is ArrayValue {
  return value.kind === "array" && isFloat(value.dtype);
}

/** Largest |x - y| over all elements, less the tolerance relative to 1 + the largest |y|; positive where they differ. NaN differs. */
export function excess(x: ArrayValue, y: ArrayValue, tolerance: number): number {
  let scale = 1;
  for (const value of y.data) scale = Math.max(scale, Math.abs(value));
  let worst = -Infinity;
  for (let i = 0; i < x.data.length; i++) {
    const difference = Math.abs((x.data[i] as number) - (y.data[i] as number)) - tolerance * scale;
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Infinity : difference;
  }
  return worst;
}
