import { inflateSync, zipSync } from "fflate";
import { DataError, type DataPlace } from "../dataError.js";
import { crc32 } from "./crc32.js";

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

// Signatures and offsets of PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
const localSignature = 0x04034b50;
const entrySignature = 0x02014b50;
const endSignature = 0x06054b50;
const endLength = 22;
const longestComment = 0xffff;

/**
 * Takes a .zip archive apart, and compares length and CRC-32 of every file in it with what the archive says.
 * @throws DataError where anything is damaged, truncated, encrypted, or there twice.
 */
export function readZip(bytes: Uint8Array, place: DataPlace): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end < 0) throw noArchive(view, place);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) {
    throw damaged("the archive is in the format for more than 65,534 files or 4 GB (zip64), which is not read", place);
  }
  const names = new Set<string>();
  return Array.from({ length: count }, () => {
    if (at + 46 > end || view.getUint32(at, true) !== entrySignature) {
      throw damaged("the list of files at the end of the archive is damaged", place);
    }
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const entry = readEntry(bytes, view, at, { ...place, member: name });
    if (names.has(name)) throw damaged("the archive holds two files of this name", { ...place, member: name });
    names.add(name);
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    return { name, bytes: entry };
  });
}

/** Puts files into a .zip archive, compressed; the same files give the same bytes. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  const files: Record<string, Uint8Array> = {};
  for (const { name, bytes } of entries) files[name] = bytes;
  // The earliest date that the format knows, in local time as the format has it.
  return zipSync(files, { level: 6, mtime: new Date(1980, 0, 1) });
}

/** Offset of the record that ends an archive; only a comment may follow it. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - endLength - longestComment);
  for (let at = view.byteLength - endLength; at >= first; at--) {
    if (
      view.getUint32(at, true) === endSignature &&
      at + endLength + view.getUint16(at + 20, true) === view.byteLength
    ) {
      return at;
    }
  }
  return -1;
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, place: DataPlace): Uint8Array {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const checksum = view.getUint32(at + 16, true);
  const packedSize = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const local = view.getUint32(at + 42, true);
  if ((flags & 1) !== 0) throw damaged("it is encrypted", place);
  if (method !== 0 && method !== 8) throw damaged(`it is compressed by a method (${method}) other than deflate`, place);
  if (local + 30 > bytes.length || view.getUint32(local, true) !== localSignature) {
    throw damaged("the archive is damaged before its bytes", place);
  }
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packedSize > bytes.length) throw damaged("its bytes end beyond the archive", place);
  const packed = bytes.subarray(start, start + packedSize);
  const unpacked = method === 0 ? packed : inflate(packed, size, place);
  if (unpacked.length !== size) {
    throw damaged(`it has ${unpacked.length} bytes where the archive says ${size}`, place);
  }
  if (crc32(unpacked) !== checksum) throw damaged("its bytes do not agree with their checksum", place);
  return unpacked;
}

/** Deflate cannot make one byte into more (zlib's technical notes, "maximum compression factor"): a bomb is seen before it goes off. */
const largestRatio = 1032;

function inflate(packed: Uint8Array, size: number, place: DataPlace): Uint8Array {
  if (size > packed.length * largestRatio + 1024) {
    throw damaged(`${packed.length} compressed bytes cannot hold the ${size} that the archive says`, place);
  }
  try {
    return inflateSync(packed, { out: new Uint8Array(size) });
  } catch (error) {
    throw damaged(
      `its compressed bytes are damaged (${String((error as { readonly message?: unknown }).message)})`,
      place,
    );
  }
}

function noArchive(view: DataView, place: DataPlace): DataError {
  if (view.byteLength >= 4 && view.getUint32(0, true) === localSignature) {
    return damaged("the archive has no end: it is truncated", place);
  }
  const npy = view.byteLength >= 2 && view.getUint8(0) === 0x93 && view.getUint8(1) === 0x4e;
  return new DataError(
    {
      what: "this is not an .npz file.",
      got: view.byteLength === 0 ? "nothing: it is empty" : npy ? "one array, as an .npy file has" : "no .zip archive",
      expected: "an archive of arrays, as np.savez writes it",
      ...(npy ? { fix: "read it as .npy." } : {}),
    },
    place,
  );
}

function damaged(problem: string, place: DataPlace): DataError {
  return new DataError(
    {
      what: `the .npz archive cannot be read: ${problem}.`,
      fix: "copy the file again, or save it again with np.savez.",
    },
    place,
  );
}
