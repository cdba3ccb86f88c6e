import type * as fileSystemModule from "node:fs/promises";
import { FileError, UnsupportedError } from "./errors.js";

/** Where a file is: a path, or a `file:` URL. */
export type Path = string | FileUrl;

/** A URL as Node has it; its own class is not named, so that the types also load where there is none. */
export interface FileUrl {
  readonly href: string;
}

/** The name of a file as messages show it. */
export function pathName(path: Path): string {
  return typeof path === "string" ? path : path.href;
}

/**
 * Reads a whole file in Node.
 * @throws FileError where it cannot be read; UnsupportedError where there are no files.
 */
export async function readBytes(path: Path): Promise<Uint8Array> {
  const { readFile } = await fileSystem();
  try {
    const bytes = await readFile(toNode(path));
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    throw fileError(path, "the file cannot be read.", error);
  }
}

/**
 * Writes a whole file in Node: beside its place, flushed to the disk, then renamed, so that the path holds either the old contents or
 * the new ones, whatever happens. The folder must exist.
 * @throws FileError where it cannot be written; UnsupportedError where there are no files.
 */
export async function writeBytes(path: Path, contents: Uint8Array | string): Promise<void> {
  const { open, rename, rm } = await fileSystem();
  const part = beside(path);
  try {
    const file = await open(part, "wx");
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, toNode(path));
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw fileError(path, "the file cannot be written; what was there before is still there.", error);
  }
}

/** A name that nobody else has, in the same folder: only there is a rename one step. */
function beside(path: Path): string | URL {
  const suffix = `.${globalThis.crypto.randomUUID()}.part`;
  const place = toNode(path);
  if (typeof place === "string") return place + suffix;
  place.pathname += suffix;
  return place;
}

function toNode(path: Path): string | URL {
  return typeof path === "string" ? path : new URL(path.href);
}

type FileSystem = typeof fileSystemModule;

async function fileSystem(): Promise<FileSystem> {
  try {
    // Imported here alone, so that the package also loads where there are no files.
    return await import("node:fs/promises");
  } catch {
    throw new UnsupportedError({
      what: "Files are read and written by path in Node alone.",
      fix: "get the bytes or the text in another way (fetch, a file input) and give them to the function that parses them.",
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EMFILE: "too many files are open",
};

function fileError(path: Path, what: string, error: unknown): FileError {
  const code = (error as { readonly code?: unknown }).code;
  const reason = typeof code === "string" ? reasons[code] : undefined;
  const got =
    reason === undefined ? String((error as { readonly message?: unknown }).message) : `${reason} (${String(code)})`;
  return new FileError({ what, got, data: { cause: error } }, pathName(path));
}
