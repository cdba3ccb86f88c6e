import { DataError } from "./dataError.js";

/**
 * Reads text: as it is, or from UTF-8. A byte order mark is left out.
 * @throws DataError with the line of the first byte that is not UTF-8.
 */
export function decodeText(source: string | Uint8Array, file: string | undefined): string {
  if (typeof source === "string") return source.startsWith("\ufeff") ? source.slice(1) : source;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(source);
  } catch {
    throw new DataError(
      {
        what: "this is not text in UTF-8.",
        got: utf16(source) ? "text in UTF-16" : "bytes of another encoding, or of a binary file",
        fix: "save the file as UTF-8.",
      },
      { file, line: firstBadLine(source) },
    );
  }
}

/** Breaks of lines in a text, each of \r\n, \n and \r being one. */
export function countLineBreaks(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) count++;
  }
  return count;
}

function utf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** A stream decoder stops at the first bad byte: halves the length until the longest good beginning is found. */
function firstBadLine(bytes: Uint8Array): number {
  const good = (length: number): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let low = 0;
  let high = bytes.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (good(middle)) low = middle;
    else high = middle;
  }
  return 1 + countLineBreaks(new TextDecoder().decode(bytes.subarray(0, low)));
}
