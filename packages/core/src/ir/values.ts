import type { DType, TypedArray } from "../util/dtype.js";
import { allocate } from "../util/dtype.js";
import { InternalError } from "../util/errors.js";
import { sameShape, showType, sizeOf } from "./types.js";
import type { ArrayType, Type } from "./types.js";

/** A dense row-major array. Nobody writes to `data` once the value is made. */
export interface ArrayValue {
  readonly kind: "array";
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** What a loop recorded: entry i belongs to step i; there are as many as the loop had trips. */
export interface HistoryValue {
  readonly kind: "history";
  readonly entries: readonly ArrayValue[];
}

/** One History (or ragged row) for each element of a map. */
export interface RaggedValue {
  readonly kind: "ragged";
  readonly rows: readonly (HistoryValue | RaggedValue)[];
}

/** A value of a variable of a Graph. */
export type Value = ArrayValue | HistoryValue | RaggedValue;

/** An array over `data`, which the value owns from now on. */
export function arrayValue(dtype: DType, shape: readonly number[], data: TypedArray): ArrayValue {
  return { kind: "array", dtype, shape, data };
}

/** A 0-d array; the storage of the dtype rounds, wraps or truncates `value`. */
export function scalarValue(dtype: DType, value: number): ArrayValue {
  return filledValue(dtype, [], value);
}

/** An array filled with `value`. */
export function filledValue(dtype: DType, shape: readonly number[], value: number): ArrayValue {
  const data = allocate(dtype, sizeOf(shape));
  if (!Object.is(value, 0)) data.fill(value);
  return arrayValue(dtype, shape, data);
}

/** The type of an array. */
export function typeOfArray(value: ArrayValue): ArrayType {
  return { kind: "array", dtype: value.dtype, shape: value.shape };
}

/** Whether the value can stand where the type is declared. A History without entries fits any type of entry. */
export function fitsType(value: Value, type: Type): boolean {
  if (value.kind === "array") {
    return (
      type.kind === "array" &&
      value.dtype === type.dtype &&
      sameShape(value.shape, type.shape) &&
      value.data.length === sizeOf(type.shape)
    );
  }
  if (value.kind === "history") {
    return type.kind === "history" && value.entries.every((entry) => fitsType(entry, type.of));
  }
  return type.kind === "ragged" && value.rows.length === type.size && value.rows.every((row) => fitsType(row, type.of));
}

/** The type of a value; a History without any entry has none and needs `declared`. */
export function typeOfValue(value: Value, declared?: Type): Type {
  if (declared !== undefined) {
    if (!fitsType(value, declared)) throw new InternalError(`a value does not fit ${showType(declared)}`);
    return declared;
  }
  if (value.kind === "array") return typeOfArray(value);
  if (value.kind === "history") {
    const [entry] = value.entries;
    if (entry === undefined) throw new InternalError("the type of an empty History is not known");
    return { kind: "history", of: typeOfArray(entry) };
  }
  const [first] = value.rows;
  if (first === undefined) throw new InternalError("the type of ragged Histories without rows is not known");
  const of = typeOfValue(first);
  if (of.kind === "array") throw new InternalError("a row of ragged Histories is an array");
  return { kind: "ragged", size: value.rows.length, of };
}

/** Whether two values are equal to the bit (all NaN count as one). */
export function sameBits(a: Value, b: Value): boolean {
  if (a.kind === "array" && b.kind === "array") {
    if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) return false;
    for (let i = 0; i < a.data.length; i++) if (!Object.is(a.data[i], b.data[i])) return false;
    return true;
  }
  if (a.kind === "history" && b.kind === "history") {
    return a.entries.length === b.entries.length && a.entries.every((e, i) => sameBits(e, b.entries[i] as Value));
  }
  if (a.kind === "ragged" && b.kind === "ragged") {
    return a.rows.length === b.rows.length && a.rows.every((row, i) => sameBits(row, b.rows[i] as Value));
  }
  return false;
}
