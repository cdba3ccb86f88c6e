import type { DType } from "@simgrad/core";
import { ranges } from "../tensors.js";

/** What is wrong with a cell. */
export interface CellProblem {
  readonly what: string;
  readonly got: string;
  readonly expected: string;
  readonly fix: string;
}

/** A number of a dtype, or what is wrong with the cell. `missing` holds lower-case words. */
export function readCell(cell: string, dtype: DType, missing: ReadonlySet<string>): number | CellProblem {
  const text = cell.trim();
  const word = text.toLowerCase();
  if (missing.has(word)) {
    if (dtype === "float64" || dtype === "float32") return NaN;
    return {
      what: `a value is missing, and ${dtype} has no way to say so.`,
      got: text === "" ? "an empty cell" : JSON.stringify(text),
      expected: ranges[dtype],
      fix: "read the column as float64, where NaN stands for a missing value.",
    };
  }
  if (dtype === "bool" && (word === "true" || word === "false")) return word === "true" ? 1 : 0;
  const value = readNumber(word);
  if (value === null) {
    return {
      what: "this is not a number.",
      got: JSON.stringify(cell.slice(0, 80)),
      expected: "a number, as 1.5 or -2e-3, or a missing value (an empty cell, NaN)",
      fix: /^[+-]?\d+,\d+$/.test(text)
        ? "write a point, not a comma, before the decimals."
        : "correct it, name it in `missing`, or leave its column out by `columns`.",
    };
  }
  if (dtype === "float64" || dtype === "float32") {
    const rounded = dtype === "float32" ? Math.fround(value) : value;
    if (Math.abs(rounded) === Infinity && !word.includes("inf"))
      return outside(text, dtype, "a number within its range");
    return rounded;
  }
  const held =
    dtype === "int32" ? value | 0 : dtype === "uint32" ? value >>> 0 : value === 0 || value === 1 ? value : NaN;
  return held === value ? held : outside(text, dtype, ranges[dtype]);
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/;
const infinite = /^([+-]?)inf(?:inity)?$/;

function readNumber(word: string): number | null {
  if (decimal.test(word)) return Number(word);
  const sign = infinite.exec(word)?.[1];
  return sign === undefined ? null : sign === "-" ? -Infinity : Infinity;
}

function outside(text: string, dtype: DType, expected: string): CellProblem {
  return {
    what: `a number does not fit into ${dtype}.`,
    got: text,
    expected,
    fix: dtype === "float64" ? "choose another unit, in which the number is smaller." : "read the column as float64.",
  };
}
