import { describe, expect, it } from "@jest/globals";
import { halfSquared, np, type Tensor } from "@simgrad/core";
import { DataError } from "../dataError.js";
import { formatCsv } from "./formatCsv.js";
import { parseCsv } from "./parseCsv.js";

function errorOf(run: () => unknown): DataError {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new RangeError("nothing was thrown");
}

const numbers = (tensor: Tensor | undefined): readonly number[] => [...(tensor?.data ?? [])];

describe("parseCsv", () => {
  it("reads columns by the names of the header", () => {
    const { columns, sigma } = parseCsv("t, x\n0,1.5\n1,-2e-3\n2,+.5\n");
    expect(Object.keys(columns)).toEqual(["t", "x"]);
    expect(numbers(columns["t"])).toEqual([0, 1, 2]);
    expect(numbers(columns["x"])).toEqual([1.5, -2e-3, 0.5]);
    expect(sigma).toEqual({});
  });

  it("reads line ends of every kind, a byte order mark, blanks, quotes and a last line without an end", () => {
    expect(numbers(parseCsv('\ufefft,x\r\n 0 ,"1"\r\n1,2').columns["x"])).toEqual([1, 2]);
    expect(numbers(parseCsv("t,x\r0,1\r1,2\r").columns["x"])).toEqual([1, 2]);
    expect(Object.keys(parseCsv('"a ""b"", c\nd",x\n0,1\n\n\n').columns)).toEqual(['a "b", c\nd', "x"]);
    expect(numbers(parseCsv(new TextEncoder().encode("\ufeffµ\n1\n")).columns["µ"])).toEqual([1]);
  });

  it("reads a missing value as NaN", () => {
    const { columns } = parseCsv("t,x\n0,\n1,NA\n2,nan\n3, null \n4,n/a\n5,7\n");
    expect(numbers(columns["x"])).toEqual([NaN, NaN, NaN, NaN, NaN, 7]);
    expect(numbers(parseCsv("x\n-999\n\n1\n", { missing: ["-999"] }).columns["x"])).toEqual([NaN, NaN, 1]);
  });

  it("gives sigma columns to their columns, by suffix or by name", () => {
    const text = "t,x,x_sigma,y\n0,1,0.1,5\n1,,,6\n";
    const bySuffix = parseCsv(text, { sigma: "_sigma" });
    expect(Object.keys(bySuffix.columns)).toEqual(["t", "x", "y"]);
    expect(Object.keys(bySuffix.sigma)).toEqual(["x"]);
    expect(numbers(bySuffix.sigma["x"])).toEqual([0.1, NaN]);
    const byName = parseCsv("t,x,error\n0,1,0.5\n", { columns: ["x"], sigma: { x: "error" } });
    expect(numbers(byName.sigma.x)).toEqual([0.5]);
    expect(Object.keys(byName.columns)).toEqual(["x"]);
  });

  it("is a tree that a misfit takes", () => {
    const { columns, sigma } = parseCsv("x,x_sigma\n1,0.5\nNA,NA\n3,2\n", { columns: ["x"], sigma: "_sigma" });
    const loss = halfSquared(columns, { sigma });
    expect((loss as (output: unknown, params: unknown) => Tensor)({ x: np.array([2, 9, 3]) }, {}).item()).toBe(2);
  });

  it("reads the columns that are asked for, beside columns of text", () => {
    const { columns } = parseCsv("site,x\nNorth,1\nSouth,2\n", { columns: ["x"] });
    expect(numbers(columns.x)).toEqual([1, 2]);
  });

  it("reads other dtypes and delimiters", () => {
    const { columns } = parseCsv("i;u;b;f\n-1;4294967295;true;0.1\n2;0;0;1\n", {
      delimiter: ";",
      dtype: { i: "int32", u: "uint32", b: "bool", f: "float32" },
    });
    expect(numbers(columns["i"])).toEqual([-1, 2]);
    expect(numbers(columns["u"])).toEqual([4294967295, 0]);
    expect(columns["b"]?.dtype).toBe("bool");
    expect(numbers(columns["f"])).toEqual([Math.fround(0.1), 1]);
  });

  it("reads a header without rows as empty columns", () => {
    expect(parseCsv("t,x\n").columns["x"]?.shape).toEqual([0]);
  });

  it("reads names that objects have already", () => {
    const { columns } = parseCsv("__proto__,constructor\n1,2\n");
    expect(Object.keys(columns)).toEqual(["__proto__", "constructor"]);
  });
});

describe("parseCsv refuses, with row, line and column,", () => {
  it("text among numbers", () => {
    const error = errorOf(() => parseCsv('t,"a\nb"\n0,1\n1,fast\n', { file: "m.csv" }));
    expect(error).toMatchObject({ file: "m.csv", row: 2, line: 4, column: "a\nb", code: "DATA" });
    expect(error.message).toContain('Got: "fast".');
  });

  it.each(["1,5", "0x10", "1e", "1 2", "--1", "1.2.3", "true"])("%s, which is no number", (cell) => {
    expect(errorOf(() => parseCsv(`x;y\n1;${cell}\n`, { delimiter: ";" }))).toMatchObject({ row: 1, column: "y" });
  });

  it("a ragged row", () => {
    const error = errorOf(() => parseCsv("t,x\n0,1\n1\n2,3\n", { file: "m.csv" }));
    expect(error).toMatchObject({ row: 2, line: 3, column: null });
    expect(error.message).toContain("m.csv, row 2 (line 3): ");
    expect(error.message).toContain("Got: 1 cell: 1. Expected: 2 cells, for t, x.");
    expect(errorOf(() => parseCsv("t,x\n0,1,2\n")).row).toBe(1);
    expect(errorOf(() => parseCsv("t,x\n0,1\n\n2,3\n")).message).toContain("blank line");
  });

  it("a name that is there twice, empty, or a number", () => {
    expect(errorOf(() => parseCsv("t,x, t\n"))).toMatchObject({ line: 1, column: "t" });
    expect(errorOf(() => parseCsv("t,\n0,1\n")).message).toContain("column 2 has no name");
    expect(errorOf(() => parseCsv("0,1\n2,3\n")).message).toContain("the first line holds numbers");
    expect(errorOf(() => parseCsv("")).message).toContain("no header");
  });

  it("a quote that is not closed, or that something follows", () => {
    expect(errorOf(() => parseCsv('t,x\n0,"1\n2,3\n'))).toMatchObject({ line: 2 });
    expect(errorOf(() => parseCsv('t,x\n0,"1"2\n')).message).toContain('after the quote that ends a cell stands "2"');
  });

  it("a column that is not there", () => {
    expect(errorOf(() => parseCsv("t;x\n0;1\n", { columns: ["t"] })).message).toContain("delimiter");
    expect(errorOf(() => parseCsv("t,x\n0,1\n", { sigma: { y: "x" } })).column).toBe("y");
    expect(errorOf(() => parseCsv("t,x\n0,1\n", { dtype: { y: "int32" } })).column).toBe("y");
  });

  it("a sigma that is not positive, missing beside a value, or of no column", () => {
    const read = (row: string): unknown => parseCsv(`x,x_sigma\n1,1\n${row}\n`, { sigma: "_sigma" });
    expect(errorOf(() => read("1,0"))).toMatchObject({ row: 2, column: "x_sigma" });
    expect(errorOf(() => read("1,-1")).message).toContain("out of range");
    expect(errorOf(() => read("1,")).message).toContain("missing");
    expect(errorOf(() => read("1,inf")).message).toContain("out of range");
    expect(() => read("NA,0")).not.toThrow();
    expect(errorOf(() => parseCsv("t,x_sigma\n0,1\n", { sigma: "_sigma" })).message).toContain("belongs to no column");
  });

  it("what does not fit into its dtype", () => {
    const read = (cell: string, dtype: "float64" | "float32" | "int32" | "uint32" | "bool"): unknown =>
      parseCsv(`x\n${cell}\n`, { dtype });
    expect(errorOf(() => read("1e999", "float64"))).toMatchObject({ row: 1, column: "x" });
    expect(errorOf(() => read("1e39", "float32")).message).toContain("does not fit into float32");
    expect(errorOf(() => read("1.5", "int32")).message).toContain("does not fit into int32");
    expect(errorOf(() => read("-1", "uint32")).message).toContain("does not fit into uint32");
    expect(errorOf(() => read("2", "bool")).message).toContain("Expected: 0 or 1.");
    expect(errorOf(() => read("NA", "int32")).message).toContain("a value is missing");
  });

  it("text that is not UTF-8", () => {
    expect(errorOf(() => parseCsv(Uint8Array.of(120, 10, 49, 10, 0xe4, 10))).line).toBe(3);
    expect(errorOf(() => parseCsv(Uint8Array.of(0xff, 0xfe, 120, 0))).message).toContain("UTF-16");
  });

  it("a delimiter that numbers hold", () => {
    expect(() => parseCsv("x\n1\n", { delimiter: "." })).toThrow("delimiter");
    expect(() => parseCsv("x\n1\n", { delimiter: ", " })).toThrow("delimiter");
  });
});

describe("formatCsv", () => {
  it("writes what parseCsv reads back to the same bits", () => {
    const values = [0.1, -0, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308, 1 / 3];
    const table = {
      columns: { 'a "b", c\nd': values, i: np.array([1, 2, 3, 4, 5, 6, 7, -8], "int32") },
      sigma: { i: np.full(8, 0.1) },
    };
    const text = formatCsv(table);
    expect(text.split("\n").slice(-2)).toEqual(["0.3333333333333333,-8,0.1", ""]);
    const back = parseCsv(text, { sigma: "_sigma", dtype: { i: "int32" } });
    expect(numbers(back.columns['a "b", c\nd'])).toEqual(values);
    expect(back.columns["i"]?.dtype).toBe("int32");
    expect(numbers(back.sigma["i"])).toEqual(new Array(8).fill(0.1));
    expect(formatCsv(back)).toBe(text);
  });

  it("refuses columns of different lengths, of several axes, and names that do not read back", () => {
    expect(() => formatCsv({ columns: { a: [1], b: [1, 2] } })).toThrow("different lengths");
    expect(() => formatCsv({ columns: { a: [[1]] } })).toThrow("not a list");
    expect(() => formatCsv({ columns: { " a": [1] } })).toThrow("cannot be named");
    expect(() => formatCsv({ columns: { 1: [1] } })).toThrow("cannot be named");
    expect(() => formatCsv({ columns: { a: [1], a_sigma: [1] }, sigma: { a: [1] } })).toThrow("cannot be named");
    expect(() => formatCsv({ columns: { a: [1] }, sigma: { b: [1] } })).toThrow("belongs to no column");
    expect(() => formatCsv({ columns: {} })).toThrow("no column");
  });
});
