import { describe, expect, it } from "@jest/globals";
import { InternalError } from "../util/errors.js";
import { arrayType } from "./types.js";
import { arrayValue, filledValue, fitsType, sameBits, scalarValue, typeOfValue } from "./values.js";
import type { Value } from "./values.js";

const scalar = arrayType("float64", []);
const history = { kind: "history", of: scalar } as const;
const one = scalarValue("float64", 1);
const recorded: Value = { kind: "history", entries: [one] };
const empty: Value = { kind: "history", entries: [] };

describe("values", () => {
  it("are rounded, wrapped or truncated by their storage", () => {
    expect(scalarValue("float32", 0.1).data[0]).toBe(Math.fround(0.1));
    expect(scalarValue("int32", 4294967295).data[0]).toBe(-1);
    expect(filledValue("float64", [2], -0).data).toEqual(new Float64Array([-0, -0]));
  });

  it("fit the types that they stand for", () => {
    expect(fitsType(one, scalar)).toBe(true);
    expect(fitsType(one, arrayType("float32", []))).toBe(false);
    expect(fitsType(arrayValue("float64", [2], new Float64Array(3)), arrayType("float64", [2]))).toBe(false);
    expect(fitsType(recorded, history)).toBe(true);
    expect(fitsType(empty, { kind: "history", of: arrayType("int32", [9]) })).toBe(true);
    expect(fitsType({ kind: "ragged", rows: [recorded, empty] }, { kind: "ragged", size: 2, of: history })).toBe(true);
    expect(fitsType({ kind: "ragged", rows: [recorded] }, { kind: "ragged", size: 2, of: history })).toBe(false);
  });

  it("have a type, which an empty History must be told", () => {
    expect(typeOfValue(one)).toEqual(scalar);
    expect(typeOfValue(recorded)).toEqual(history);
    expect(typeOfValue({ kind: "ragged", rows: [recorded, empty] })).toEqual({ kind: "ragged", size: 2, of: history });
    expect(typeOfValue(empty, history)).toEqual(history);
    expect(() => typeOfValue(empty)).toThrow(InternalError);
    expect(() => typeOfValue(one, history)).toThrow(InternalError);
  });

  it("are compared by bits, with all NaN as one", () => {
    const nan = scalarValue("float64", NaN);
    expect(sameBits(nan, scalarValue("float64", NaN))).toBe(true);
    expect(sameBits(scalarValue("float64", 0), scalarValue("float64", -0))).toBe(false);
    expect(sameBits(one, scalarValue("float32", 1))).toBe(false);
    expect(sameBits(recorded, { kind: "history", entries: [scalarValue("float64", 1)] })).toBe(true);
    expect(sameBits(recorded, empty)).toBe(false);
    expect(sameBits({ kind: "ragged", rows: [recorded] }, { kind: "ragged", rows: [empty] })).toBe(false);
  });
});
