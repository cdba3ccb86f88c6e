import { describe, expect, it } from "@jest/globals";
import { ArgumentError, IndexError, ShapeError } from "../../util/errors.js";
import { np } from "../../trace/np.js";
import { entryAt, patternOfPlaces, sparsePattern, transposedPattern } from "./pattern.js";

describe("a sparse pattern", () => {
  it("is the same by rows and as a list of places", () => {
    const byRows = sparsePattern({ shape: [3, 4], rowPointers: [0, 2, 2, 3], columns: [1, 3, 0] });
    const places = sparsePattern({ shape: [3, 4], rows: [2, 0, 0], columns: np.array([0, 3, 1], "int32") });
    expect(places).toEqual(byRows);
    expect([...byRows.rows]).toEqual([0, 0, 2]);
    expect(byRows.nnz).toBe(3);
  });

  it("merges places that repeat, and tells where each went", () => {
    const { pattern, entryOf } = patternOfPlaces({ shape: [2, 2], rows: [1, 0, 1, 0], columns: [0, 1, 0, 0] });
    expect([...pattern.columns]).toEqual([0, 1, 0]);
    expect([...entryOf]).toEqual([2, 1, 2, 0]);
  });

  it("finds entries", () => {
    const pattern = sparsePattern({ shape: [2, 5], rowPointers: [0, 3, 3], columns: [0, 2, 4] });
    expect([0, 1, 2, 3, 4].map((column) => entryAt(pattern, 0, column))).toEqual([0, -1, 1, -1, 2]);
    expect(entryAt(pattern, 1, 0)).toBe(-1);
  });

  it("is itself when transposed twice", () => {
    const pattern = sparsePattern({ shape: [3, 4], rowPointers: [0, 2, 3, 5], columns: [1, 3, 0, 1, 2] });
    const { pattern: other } = transposedPattern(pattern);
    expect(other.shape).toEqual([4, 3]);
    expect(transposedPattern(other).pattern).toEqual(pattern);
  });

  it("does not change when the arrays that it was made of do", () => {
    const columns = Int32Array.of(0, 1);
    const pattern = sparsePattern({ shape: [1, 2], rowPointers: [0, 2], columns });
    columns[1] = 0;
    expect([...pattern.columns]).toEqual([0, 1]);
  });

  it("names the entry that does not fit", () => {
    const shape = [2, 3] as const;
    expect(() => sparsePattern({ shape, rowPointers: [0, 2, 3], columns: [0, 3, 1] })).toThrow(
      new IndexError({
        what: "columns of a sparse pattern: an entry lies outside of the matrix.",
        got: "columns[1]: 3",
        expected: "0 to 2",
      }),
    );
    expect(() => sparsePattern({ shape, rows: [0, -1], columns: [0, 1] })).toThrow(/rows\[1\]: -1/);
    expect(() => sparsePattern({ shape, rowPointers: [0, 2, 3], columns: [1, 1, 0] })).toThrow(
      /entry 1 in row 0: column 1 after column 1/,
    );
    expect(() => sparsePattern({ shape, rowPointers: [0, 2, 1], columns: [0] })).toThrow(ArgumentError);
    expect(() => sparsePattern({ shape, rowPointers: [0, 2], columns: [0, 1] })).toThrow(ShapeError);
    expect(() => sparsePattern({ shape, rows: [0], columns: [0, 1] })).toThrow(ShapeError);
    expect(() => sparsePattern({ shape: [2, -1], rows: [], columns: [] })).toThrow(ShapeError);
    expect(() => sparsePattern({ shape, rows: [0.5], columns: [0] })).toThrow(/rows\[0\]: 0.5/);
  });
});
