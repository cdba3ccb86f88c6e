import { ArgumentError, IndexError, ShapeError } from "../../util/errors.js";
import { isTensor, type TensorData } from "../../trace/tensor.js";

/** Where a sparse matrix has entries: known on the host, the same for every matrix that uses it. Rows follow one another, columns ascend in each. */
export interface SparsePattern {
  readonly shape: readonly [rows: number, columns: number];
  /** Number of entries. */
  readonly nnz: number;
  /** [rows + 1]: entries of row i are those from `rowPointers[i]` on, below `rowPointers[i + 1]`. */
  readonly rowPointers: Int32Array;
  /** [nnz]: row of each entry. */
  readonly rows: Int32Array;
  /** [nnz]: column of each entry. */
  readonly columns: Int32Array;
}

/** Integers that are known when tracing: a typed array, a list, or an integer tensor that holds its elements. */
export type HostIntegers = ArrayLike<number> | { readonly data: TensorData };

/** A pattern by rows (`rowPointers` and `columns`), or as a list of places in any order (`rows` and `columns`). */
export type PatternParts =
  | {
      readonly shape: readonly [rows: number, columns: number];
      readonly rowPointers: HostIntegers;
      readonly columns: HostIntegers;
    }
  | {
      readonly shape: readonly [rows: number, columns: number];
      readonly rows: HostIntegers;
      readonly columns: HostIntegers;
    };

/** A pattern, and for each place of the list that it was made of the entry that it became. */
export interface IndexedPattern {
  readonly pattern: SparsePattern;
  /** [number of places]: places that were given twice have the same entry. */
  readonly entryOf: Int32Array;
}

/**
 * Makes a pattern. By rows, columns must ascend in each row; a list of places may have any order, and places that are given
 * several times become one entry.
 *
 * @throws ShapeError, IndexError or ArgumentError that names the entry which does not fit.
 * @example
 * sparsePattern({ shape: [2, 2], rowPointers: [0, 2, 3], columns: [0, 1, 1] });
 */
export function sparsePattern(parts: PatternParts): SparsePattern {
  return "rowPointers" in parts ? fromRows(parts) : patternOfPlaces(parts).pattern;
}

/** The pattern of a list of places, with the entry that each of them became. Entries are in row-major order. */
export function patternOfPlaces(parts: {
  readonly shape: readonly [rows: number, columns: number];
  readonly rows: HostIntegers;
  readonly columns: HostIntegers;
}): IndexedPattern {
  const shape = checkShape(parts.shape);
  const rows = integers("rows", parts.rows);
  const columns = integers("columns", parts.columns);
  if (rows.length !== columns.length) {
    throw new ShapeError({
      what: "A sparse pattern has one row and one column for each entry.",
      got: `${rows.length} rows and ${columns.length} columns`,
    });
  }
  rows.forEach((row, entry) => checkPlace("rows", row, shape[0], entry));
  columns.forEach((column, entry) => checkPlace("columns", column, shape[1], entry));
  const order = sortedBy(rows, shape[0], sortedBy(columns, shape[1], Int32Array.from(rows.keys())));
  const entryOf = new Int32Array(rows.length);
  const ownRows: number[] = [];
  const ownColumns: number[] = [];
  for (const place of order) {
    const last = ownRows.length - 1;
    if (last < 0 || ownRows[last] !== rows[place] || ownColumns[last] !== columns[place]) {
      ownRows.push(rows[place]!);
      ownColumns.push(columns[place]!);
    }
    entryOf[place] = ownRows.length - 1;
  }
  const rowPointers = new Int32Array(shape[0] + 1);
  for (const row of ownRows) rowPointers[row + 1]!++;
  for (let row = 0; row < shape[0]; row++) rowPointers[row + 1]! += rowPointers[row]!;
  return { pattern: finish(shape, rowPointers, Int32Array.from(ownRows), Int32Array.from(ownColumns)), entryOf };
}

/** Index of the entry in row `row` and column `column`, or -1 where there is none. */
export function entryAt(pattern: SparsePattern, row: number, column: number): number {
  let low = pattern.rowPointers[row]!;
  let high = pattern.rowPointers[row + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = pattern.columns[middle]!;
    if (at === column) return middle;
    if (at < column) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The pattern of the transposed matrix; `entryOf[e]` is the entry of the transposed pattern that entry e becomes. */
export function transposedPattern(pattern: SparsePattern): IndexedPattern {
  const known = transposed.get(pattern);
  if (known !== undefined) return known;
  const result = patternOfPlaces({
    shape: [pattern.shape[1], pattern.shape[0]],
    rows: pattern.columns,
    columns: pattern.rows,
  });
  transposed.set(pattern, result);
  return result;
}

/** Whether two patterns have the same entries. */
export function samePattern(a: SparsePattern, b: SparsePattern): boolean {
  return (
    a === b ||
    (a.shape[0] === b.shape[0] &&
      a.shape[1] === b.shape[1] &&
      a.nnz === b.nnz &&
      a.rowPointers.every((pointer, row) => pointer === b.rowPointers[row]) &&
      a.columns.every((column, entry) => column === b.columns[entry]))
  );
}

/** For messages: `400 x 400 with 1920 entries`. */
export function showPattern(pattern: SparsePattern): string {
  return `${pattern.shape[0]} x ${pattern.shape[1]} with ${pattern.nnz} entries`;
}

const transposed = new WeakMap<SparsePattern, IndexedPattern>();

function fromRows(parts: {
  readonly shape: readonly [rows: number, columns: number];
  readonly rowPointers: HostIntegers;
  readonly columns: HostIntegers;
}): SparsePattern {
  const shape = checkShape(parts.shape);
  const rowPointers = integers("rowPointers", parts.rowPointers);
  const columns = integers("columns", parts.columns);
  const [rowCount, columnCount] = shape;
  if (rowPointers.length !== rowCount + 1 || rowPointers[0] !== 0 || rowPointers[rowCount] !== columns.length) {
    throw new ShapeError({
      what: "The row pointers of a sparse pattern do not fit its shape and entries.",
      got: `${rowPointers.length} pointers from ${rowPointers[0]} to ${rowPointers[rowPointers.length - 1]}`,
      expected: `${rowCount + 1} pointers from 0 to ${columns.length}, the number of entries`,
    });
  }
  const rows = new Int32Array(columns.length);
  for (let row = 0; row < rowCount; row++) {
    const first = rowPointers[row]!;
    const end = rowPointers[row + 1]!;
    if (end < first || end > columns.length) {
      throw new ArgumentError({
        what: "The row pointers of a sparse pattern must not descend, nor pass the number of entries.",
        got: `rowPointers[${row}]: ${first}, rowPointers[${row + 1}]: ${end}`,
      });
    }
    for (let entry = first; entry < end; entry++) {
      checkPlace("columns", columns[entry]!, columnCount, entry);
      if (entry > first && columns[entry]! <= columns[entry - 1]!) {
        throw new ArgumentError({
          what: "The columns of a sparse pattern must ascend in each row.",
          got: `entry ${entry} in row ${row}: column ${columns[entry]} after column ${columns[entry - 1]}`,
          fix: "give `rows` instead of `rowPointers`: a list of places may have any order and repeat places.",
          data: { entry, row },
        });
      }
      rows[entry] = row;
    }
  }
  return finish(shape, rowPointers, rows, columns);
}

function finish(
  shape: readonly [number, number],
  rowPointers: Int32Array,
  rows: Int32Array,
  columns: Int32Array,
): SparsePattern {
  return Object.freeze({ shape, nnz: columns.length, rowPointers, rows, columns });
}

function checkShape(shape: readonly [rows: number, columns: number]): readonly [number, number] {
  if (Array.isArray(shape) && shape.length === 2 && shape.every((extent) => Number.isInteger(extent) && extent >= 0))
    return Object.freeze([shape[0], shape[1]] as const);
  throw new ShapeError({
    what: "A sparse pattern has a shape of two whole numbers.",
    got: JSON.stringify(shape),
    expected: "[rows, columns]",
  });
}

/** Places in ascending order of their keys (0 to `extent` - 1), those of equal keys in the order they come in. */
function sortedBy(keys: Int32Array, extent: number, places: Int32Array): Int32Array {
  const next = new Int32Array(extent + 1);
  for (const key of keys) next[key + 1]!++;
  for (let key = 0; key < extent; key++) next[key + 1]! += next[key]!;
  const sorted = new Int32Array(places.length);
  for (const place of places) sorted[next[keys[place]!]!++] = place;
  return sorted;
}

/** A copy as int32, so that a pattern never changes. */
function integers(name: string, values: HostIntegers): Int32Array {
  const list: ArrayLike<number> = isTensor(values) || "data" in values ? values.data : values;
  return Int32Array.from(list, (value, entry) => {
    if ((value | 0) === value) return value;
    throw new ArgumentError({
      what: `${name} of a sparse pattern must be whole numbers.`,
      got: `${name}[${entry}]: ${value}`,
      data: { entry },
    });
  });
}

function checkPlace(name: string, index: number, extent: number, entry: number): void {
  if (index >= 0 && index < extent) return;
  throw new IndexError({
    what: `${name} of a sparse pattern: an entry lies outside of the matrix.`,
    got: `${name}[${entry}]: ${index}`,
    expected: extent === 0 ? "no entry, since the matrix is empty" : `0 to ${extent - 1}`,
    data: { entry, index, extent },
  });
}
