import { FileError, readBytes as read, writeBytes as write, type Path } from "@simgrad/core";
import { DataError } from "./dataError.js";

/**
 * Reads a whole file.
 * @throws DataError where it cannot be read; UnsupportedError where there are no files.
 */
export function readBytes(path: Path): Promise<Uint8Array> {
  return read(path).catch(throwDataError);
}

/**
 * Writes a whole file, so that the path holds either the old contents or the new ones. The folder must exist.
 * @throws DataError where it cannot be written; UnsupportedError where there are no files.
 */
export function writeBytes(path: Path, contents: Uint8Array | string): Promise<void> {
  return write(path, contents).catch(throwDataError);
}

function throwDataError(error: unknown): never {
  if (error instanceof FileError) throw new DataError(error.parts, { file: error.file });
  throw error;
}
