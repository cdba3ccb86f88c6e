import { pathName, type Path, type Tensor, type TensorLike } from "@simgrad/core";
import { formatCsv, type FormatCsvOptions, type TableLike } from "./csv/formatCsv.js";
import { parseCsv, type CsvOptions } from "./csv/parseCsv.js";
import type { Table } from "./csv/table.js";
import { readBytes, writeBytes } from "./files.js";
import { formatNpy } from "./npy/formatNpy.js";
import { parseNpy, type NpyOptions } from "./npy/parseNpy.js";
import { formatNpz, type ArrayTree } from "./npz/formatNpz.js";
import { parseNpz, type NpzOptions } from "./npz/parseNpz.js";
import { formatSnapshot } from "./snapshot/formatSnapshot.js";
import { parseSnapshot, type SnapshotOptions, type SnapshotResult } from "./snapshot/parseSnapshot.js";

/**
 * Reads an .npy file in Node, as `parseNpy` reads bytes.
 * @throws DataError if the file cannot be read or is damaged.
 */
export async function readNpy(path: Path, options: NpyOptions = {}): Promise<Tensor> {
  return parseNpy(await readBytes(path), { file: pathName(path), ...options });
}

/**
 * Writes an array to an .npy file in Node, beside it first, then renamed.
 * @throws DataError if it cannot be written; what was there before is then still there.
 */
export async function writeNpy(path: Path, values: TensorLike): Promise<void> {
  await writeBytes(path, formatNpy(values));
}

/**
 * Reads an .npz file in Node, as `parseNpz` reads bytes.
 * @throws DataError if the file cannot be read or is damaged, or an array is missing.
 */
export async function readNpz<Name extends string = string>(
  path: Path,
  options: NpzOptions<Name> = {},
): Promise<Readonly<Record<Name, Tensor>>> {
  return parseNpz(await readBytes(path), { file: pathName(path), ...options });
}

/**
 * Writes a tree of arrays to an .npz file in Node, beside it first, then renamed.
 * @throws DataError if it cannot be written; what was there before is then still there.
 */
export async function writeNpz(path: Path, arrays: ArrayTree): Promise<void> {
  await writeBytes(path, formatNpz(arrays));
}

/**
 * Reads a CSV file in Node, as `parseCsv` reads text.
 * @throws DataError if the file cannot be read, with row and column where its contents are wrong.
 */
export async function readCsv<Name extends string = string>(
  path: Path,
  options: CsvOptions<Name> = {},
): Promise<Table<Name>> {
  return parseCsv(await readBytes(path), { file: pathName(path), ...options });
}

/**
 * Writes columns to a CSV file in Node, beside it first, then renamed.
 * @throws DataError if it cannot be written; what was there before is then still there.
 */
export async function writeCsv(path: Path, table: TableLike, options: FormatCsvOptions = {}): Promise<void> {
  await writeBytes(path, formatCsv(table, options));
}

/**
 * Reads a JSON snapshot in Node, as `parseSnapshot` reads text.
 * @throws DataError if the file cannot be read or is damaged, or is not built as `like`.
 */
export async function readSnapshot<Like = undefined>(
  path: Path,
  options: SnapshotOptions<Like> = {},
): Promise<SnapshotResult<Like>> {
  return parseSnapshot(await readBytes(path), { file: pathName(path), ...options });
}

/**
 * Writes a tree as a JSON snapshot in Node, beside it first, then renamed.
 * @throws DataError if it cannot be written; what was there before is then still there.
 */
export async function writeSnapshot(path: Path, tree: unknown): Promise<void> {
  await writeBytes(path, formatSnapshot(tree));
}
