import { SimgradError, type ErrorParts } from "@simgrad/core";

/** Where in a file something is wrong; what does not apply is left out. */
export interface DataPlace {
  /** The file, as its reader was called. */
  readonly file?: string | undefined;
  /** Array of an .npz file. */
  readonly member?: string;
  /** Row of a table: 1 is the first below the header. */
  readonly row?: number;
  /** Name of the column of a table. */
  readonly column?: string;
  /** Line of a text file, from 1. */
  readonly line?: number;
  /** Index of an element of an array, one number for each axis. */
  readonly element?: readonly number[];
  /** Place in a tree: ".speed". */
  readonly path?: string;
}

/** A file, or bytes or text as of a file, that cannot be read or written. Nothing of it has been used. */
export class DataError extends SimgradError {
  /** The file; null where bytes or text were given without a name. */
  readonly file: string | null;
  /** Array of an .npz file; null elsewhere. */
  readonly member: string | null;
  /** Row of a table, 1 for the first below the header; null where no row is to blame. */
  readonly row: number | null;
  /** Name of the column of a table; null where no column is to blame. */
  readonly column: string | null;
  /** Line of a text file, from 1; null elsewhere. */
  readonly line: number | null;

  constructor(parts: ErrorParts, place: DataPlace = {}) {
    const where = showPlace(place);
    super("DATA", {
      ...parts,
      what: where === "" ? parts.what : `${where}: ${parts.what}`,
      data: { ...parts.data, ...place },
    });
    this.file = place.file ?? null;
    this.member = place.member ?? null;
    this.row = place.row ?? null;
    this.column = place.column ?? null;
    this.line = place.line ?? null;
  }
}

function showPlace({ file, member, row, column, line, element, path }: DataPlace): string {
  const row1 = row === undefined ? undefined : `row ${row}${line === undefined ? "" : ` (line ${line})`}`;
  return [
    file,
    member === undefined ? undefined : `array "${member}"`,
    row1 ?? (line === undefined ? undefined : `line ${line}`),
    column === undefined ? undefined : `column "${column}"`,
    element === undefined ? undefined : `element [${element.join(", ")}]`,
    path === undefined ? undefined : `tree${path}`,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}
