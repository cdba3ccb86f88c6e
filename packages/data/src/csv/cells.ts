import { DataError } from "../dataError.js";
import { decodeText, countLineBreaks } from "../text.js";
import { csvFormat } from "./delimiter.js";
import { findQuoteProblem } from "./quotes.js";

/** A CSV file as text: all rows have as many cells as the header has names. */
export interface Cells {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line of the file on which a row begins; row 0 is the first below the header. */
  readonly lineOf: (row: number) => number;
}

/**
 * Reads the cells of a CSV file. Names are trimmed; blank lines at the end are left out.
 * @throws DataError if there is no header, a name is empty or there twice, a row is ragged, or a quote is not closed.
 */
export function readCells(source: string | Uint8Array, delimiter: string, file: string | undefined): Cells {
  const text = decodeText(source, file);
  const quotes = findQuoteProblem(text, delimiter);
  if (quotes !== null) {
    throw new DataError(
      {
        what: `the CSV text is damaged: ${quotes.problem}.`,
        fix: 'write a quote within quotes as two: "a ""word""".',
      },
      { file, line: quotes.line },
    );
  }
  const lines = csvFormat(delimiter).parseRows(text.replace(/[\r\n]+$/, ""));
  const header = (lines[0] ?? []).map((name) => name.trim());
  const rows = lines.slice(1);
  const lineOf = (row: number): number =>
    lines.slice(0, row + 1).reduce((line, cells) => line + 1 + countLineBreaks(cells.join("")), 1);
  checkHeader(header, delimiter, file);
  const ragged = rows.findIndex((cells) => cells.length !== header.length);
  if (ragged >= 0) {
    const cells = rows[ragged] as readonly string[];
    const blank = cells.length === 1 && cells[0]?.trim() === "";
    throw new DataError(
      {
        what: blank ? "a blank line stands between rows." : "the row has not as many cells as the header has names.",
        got: blank ? "no cell" : `${count(cells.length, "cell")}: ${cells.join(delimiter).slice(0, 120)}`,
        expected: `${count(header.length, "cell")}, for ${header.join(", ")}`,
        fix: blank ? "remove the line." : "add or remove cells; a missing value is an empty cell, or NaN.",
      },
      { file, row: ragged + 1, line: lineOf(ragged) },
    );
  }
  return { header, rows, lineOf };
}

function checkHeader(header: readonly string[], delimiter: string, file: string | undefined): void {
  const fail = (what: string, got: string, expected: string, fix: string, column?: string): never => {
    throw new DataError({ what, got, expected, fix }, { file, line: 1, ...(column === undefined ? {} : { column }) });
  };
  const shown = header.join(delimiter).slice(0, 120);
  if (header.every((name) => name === "")) {
    fail(
      "the CSV file has no header.",
      shown === "" ? "nothing: it is empty" : shown,
      "names of columns",
      "name each column.",
    );
  }
  if (header.every((name) => name !== "" && Number.isFinite(Number(name)))) {
    fail("the first line holds numbers where the names of the columns should stand.", shown, "a header", "add one.");
  }
  const empty = header.indexOf("");
  if (empty >= 0) fail(`column ${empty + 1} has no name.`, shown, "a name for each column", "name it.");
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined) fail("two columns have the same name.", shown, "different names", "rename one.", twice);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
