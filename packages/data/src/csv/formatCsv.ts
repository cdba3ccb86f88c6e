import { ArgumentError, np, ShapeError, type TensorLike } from "@simgrad/core";
import { elementsOf } from "../tensors.js";
import { csvFormat } from "./delimiter.js";

/** Columns to write, and standard deviations of some of them; all of shape [rows]. */
export interface TableLike {
  readonly columns: Readonly<Record<string, TensorLike>>;
  readonly sigma?: Readonly<Record<string, TensorLike | undefined>>;
}

/** Options of `formatCsv`. */
export interface FormatCsvOptions {
  /** What stands between cells; "," when left out. */
  readonly delimiter?: string;
  /** What a sigma column has behind its column's name; "_sigma" when left out. */
  readonly sigma?: string;
}

/**
 * Writes columns as CSV with a header, a sigma column behind the column that it belongs to. Numbers are the shortest decimals that
 * read back to the same bits, -0 included; a missing value is NaN.
 *
 * @throws ArgumentError if a name is empty, has blanks around it, would be there twice, or a sigma belongs to no column;
 * ShapeError if the columns are not of one length.
 * @example
 * formatCsv({ columns: { t: [0, 1], x: [1.5, NaN] } }); // "t,x\n0,1.5\n1,NaN\n"
 */
export function formatCsv(table: TableLike, options: FormatCsvOptions = {}): string {
  const { delimiter = ",", sigma: suffix = "_sigma" } = options;
  const sigma = table.sigma ?? {};
  const orphan = Object.keys(sigma).find((name) => !Object.hasOwn(table.columns, name));
  if (orphan !== undefined) {
    throw new ArgumentError({
      what: "A standard deviation belongs to no column.",
      got: `sigma.${orphan}, and the columns ${Object.keys(table.columns).join(", ")}`,
      expected: "a column of the same name",
    });
  }
  const columns = Object.entries(table.columns).flatMap(([name, values]) => {
    const deviations = Object.hasOwn(sigma, name) ? sigma[name] : undefined;
    const column = readColumn(name, values);
    return deviations === undefined ? [column] : [column, readColumn(`${name}${suffix}`, deviations)];
  });
  checkNames(columns.map(({ name }) => name));
  const [first] = columns;
  const rows = first?.cells.length ?? 0;
  const other = columns.find(({ cells }) => cells.length !== rows);
  if (first !== undefined && other !== undefined) {
    throw new ShapeError({
      what: "Columns of a table have different lengths.",
      got: `${first.name}: ${rows}, ${other.name}: ${other.cells.length}`,
      expected: "one length",
    });
  }
  const body = Array.from({ length: rows }, (_, row) => columns.map(({ cells }) => cells[row] ?? ""));
  return `${csvFormat(delimiter).formatRows([columns.map(({ name }) => name), ...body])}\n`;
}

interface Column {
  readonly name: string;
  readonly cells: readonly string[];
}

function readColumn(name: string, values: TensorLike): Column {
  const tensor = np.asarray(values);
  if (tensor.shape.length !== 1) {
    throw new ShapeError({
      what: `The column ${name} is not a list of numbers.`,
      got: `shape [${tensor.shape.join(", ")}]`,
      expected: "shape [rows]",
      fix: "write each of its columns under a name of its own, or use .npz.",
    });
  }
  return { name, cells: Array.from(elementsOf(tensor), (value) => (Object.is(value, -0) ? "-0" : String(value))) };
}

function checkNames(names: readonly string[]): void {
  const wrong = names.find((name, i) => name === "" || name.trim() !== name || names.indexOf(name) !== i);
  if (names.length > 0 && wrong === undefined && !names.every((name) => Number.isFinite(Number(name)))) return;
  throw new ArgumentError({
    what: "The columns of a CSV file cannot be named so.",
    got: names.length === 0 ? "no column" : names.map((name) => JSON.stringify(name)).join(", "),
    expected: "different names that are not numbers, without blanks around them",
    ...(wrong === undefined ? {} : { fix: `rename ${JSON.stringify(wrong)}.` }),
  });
}
