import { ArgumentError, type DType, type Tensor, type TypedArray } from "@simgrad/core";
import { DataError } from "../dataError.js";
import { allocate, chosenDtype, define, tensorOf, type DTypeChoice } from "../tensors.js";
import { readCells, type Cells } from "./cells.js";
import { readCell, type CellProblem } from "./readCell.js";
import type { Table } from "./table.js";

/** Options of `parseCsv`. */
export interface CsvOptions<Name extends string = string> {
  /** Name of the file, for messages. */
  readonly file?: string;
  /** What stands between cells; "," when left out. */
  readonly delimiter?: string;
  /** Columns to read; all when left out. Columns of text are not to be among them. */
  readonly columns?: readonly Name[];
  /**
   * Which columns hold standard deviations: a suffix (with "_sigma" the column "x_sigma" belongs to "x"), or the name of the
   * sigma column for each column that has one.
   */
  readonly sigma?: string | Readonly<Partial<Record<Name, string>>>;
  /** Cells that stand for a missing value, in any case; `missingWords` when left out. An empty cell is always missing. */
  readonly missing?: readonly string[];
  /** What the numbers become, for all columns or by name; float64 when left out. float32 rounds; integers and bool must fit. */
  readonly dtype?: DTypeChoice;
}

/** Cells that stand for a missing value, beside the empty one. */
export const missingWords: readonly string[] = ["NaN", "-NaN", "NA", "N/A", "#N/A", "null", "none"];

/**
 * Reads measured data from CSV with a header (RFC 4180, UTF-8). A missing value becomes NaN, which a misfit leaves out.
 *
 * @throws DataError that names row, line and column: a ragged row, text among numbers, a name that is there twice, a sigma that
 * is not positive where there is a value.
 * @example
 * const { columns, sigma } = parseCsv("t,x,x_sigma\n0,1.5,0.1\n1,NA,0.1\n", { sigma: "_sigma" });
 */
export function parseCsv<Name extends string = string>(
  source: string | Uint8Array,
  options: CsvOptions<Name> = {},
): Table<Name> {
  const { file, delimiter = ",", dtype } = options;
  const cells = readCells(source, delimiter, file);
  const pairs = pairSigmas(cells.header, options);
  const ofSigma = new Set(pairs.values());
  const names: readonly string[] = options.columns ?? cells.header.filter((name) => !ofSigma.has(name));
  for (const name of [
    ...names,
    ...pairs.keys(),
    ...ofSigma,
    ...(typeof dtype === "object" ? Object.keys(dtype) : []),
  ]) {
    if (!cells.header.includes(name)) throw noColumn(name, cells.header, file);
  }
  const missing = new Set(["", ...(options.missing ?? missingWords).map((word) => word.toLowerCase())]);
  const columns = {};
  const sigma = {};
  for (const name of names) {
    const values = readColumn(cells, name, chosenDtype(dtype, name) ?? "float64", missing, file);
    define(columns, name, toTensor(values));
    const other = pairs.get(name);
    if (other === undefined) continue;
    const deviations = readColumn(cells, other, chosenDtype(dtype, other) ?? "float64", missing, file);
    checkSigma(cells, { name, values: values.data }, { name: other, values: deviations.data }, file);
    define(sigma, name, toTensor(deviations));
  }
  return Object.freeze({ columns: Object.freeze(columns), sigma: Object.freeze(sigma) }) as Table<Name>;
}

/** Name of the sigma column of each column that has one. */
function pairSigmas(header: readonly string[], options: CsvOptions): ReadonlyMap<string, string> {
  const { sigma, columns, file } = options;
  if (sigma === undefined) return new Map();
  if (typeof sigma !== "string") return new Map(Object.entries(sigma).map(([name, other]) => [name, other ?? ""]));
  if (sigma === "") {
    throw new ArgumentError({ what: "The suffix of sigma columns is empty.", expected: 'a suffix, as "_sigma"' });
  }
  const named = header.filter((name) => name.endsWith(sigma) && name.length > sigma.length);
  const pairs = new Map(named.map((name) => [name.slice(0, -sigma.length), name]));
  const orphan = [...pairs].find(([name]) => !header.includes(name));
  if (orphan !== undefined && columns === undefined) {
    throw new DataError(
      {
        what: "a column of standard deviations belongs to no column.",
        got: `the columns ${header.join(", ")}`,
        expected: `a column "${orphan[0]}"`,
        fix: "rename one of the two, or give `columns`.",
      },
      { file, line: 1, column: orphan[1] },
    );
  }
  return new Map([...pairs].filter(([name]) => header.includes(name)));
}

interface Values {
  readonly dtype: DType;
  readonly data: TypedArray;
}

function readColumn(
  cells: Cells,
  name: string,
  dtype: DType,
  missing: ReadonlySet<string>,
  file: string | undefined,
): Values {
  const at = cells.header.indexOf(name);
  const data = allocate(dtype, cells.rows.length);
  cells.rows.forEach((row, i) => {
    const value = readCell(row[at] ?? "", dtype, missing);
    if (typeof value !== "number") throw badCell(value, cells, name, i, file);
    data[i] = value;
  });
  return { dtype, data };
}

function badCell(problem: CellProblem, cells: Cells, column: string, row: number, file: string | undefined): DataError {
  return new DataError(problem, { file, row: row + 1, line: cells.lineOf(row), column });
}

function toTensor({ dtype, data }: Values): Tensor {
  return tensorOf(dtype, [data.length], data);
}

interface NamedValues {
  readonly name: string;
  readonly values: TypedArray;
}

function checkSigma(cells: Cells, column: NamedValues, sigma: NamedValues, file: string | undefined): void {
  for (let i = 0; i < sigma.values.length; i++) {
    const deviation = sigma.values[i] as number;
    const datum = column.values[i] as number;
    if (Number.isNaN(datum) || (deviation > 0 && deviation < Infinity)) continue;
    const got = Number.isNaN(deviation) ? "a missing value" : String(deviation);
    throw badCell(
      {
        what: `the standard deviation of "${column.name}" is ${Number.isNaN(deviation) ? "missing" : "out of range"}.`,
        got: `${got} beside the value ${datum}`,
        expected: "a positive number",
        fix: "where a value is not to count, leave out the value.",
      },
      cells,
      sigma.name,
      i,
      file,
    );
  }
}

function noColumn(name: string, header: readonly string[], file: string | undefined): DataError {
  return new DataError(
    {
      what: "a column that is asked for is not in the file.",
      got: `the columns ${header.join(", ")}`,
      expected: name,
      fix:
        header.length === 1 ? "look whether the delimiter is another one, and name it by `delimiter`." : "rename it.",
    },
    { file, line: 1, column: name },
  );
}
