/** Element type of an array. `float64` is the default everywhere. */
export type DType = "float64" | "float32" | "int32" | "uint32" | "bool";

/** Storage of an array's elements; a bool is one byte, 0 or 1. */
export type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/** All dtypes, from the widest down. */
export const dtypes: readonly DType[] = ["float64", "float32", "int32", "uint32", "bool"];

const bytes: { readonly [K in DType]: number } = { float64: 8, float32: 4, int32: 4, uint32: 4, bool: 1 };

/** Bytes of one element. */
export function byteSize(dtype: DType): number {
  return bytes[dtype];
}

/** Whether derivatives flow through arrays of this dtype. */
export function isFloat(dtype: DType): dtype is "float64" | "float32" {
  return dtype === "float64" || dtype === "float32";
}

/** Whether the dtype is a 32-bit integer. */
export function isInteger(dtype: DType): dtype is "int32" | "uint32" {
  return dtype === "int32" || dtype === "uint32";
}

/** A zero-filled array of `length` elements. */
export function allocate(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case "float64":
      return new Float64Array(length);
    case "float32":
      return new Float32Array(length);
    case "int32":
      return new Int32Array(length);
    case "uint32":
      return new Uint32Array(length);
    case "bool":
      return new Uint8Array(length);
  }
}

/** The dtype whose storage class `data` is. */
export function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Uint32Array) return "uint32";
  return "bool";
}

/** Rounds a JavaScript number to what an element of the dtype can hold. */
export function roundTo(dtype: DType, value: number): number {
  switch (dtype) {
    case "float64":
      return value;
    case "float32":
      return Math.fround(value);
    case "int32":
      return value | 0;
    case "uint32":
      return value >>> 0;
    case "bool":
      return value !== 0 ? 1 : 0;
  }
}
