import { DataError, type DataPlace } from "../dataError.js";
import { countLineBreaks } from "../text.js";

/**
 * Parses JSON.
 * @throws DataError with the line where it cannot be read, or where the same key stands twice in an object: JSON.parse would keep
 * the last alone.
 */
export function parseJson(text: string, place: DataPlace): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const message = String((error as { readonly message?: unknown }).message);
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    const ended = position >= text.length;
    throw new DataError(
      {
        what: ended ? "the JSON ends before it is complete." : "this is not JSON.",
        got: text.trim() === "" ? "nothing: it is empty" : message,
        fix: ended ? "copy the file again: it is truncated." : "write it again with writeSnapshot.",
      },
      { ...place, line: 1 + countLineBreaks(text.slice(0, position)) },
    );
  }
  const twice = findDuplicateKey(text);
  if (twice !== null) {
    throw new DataError(
      { what: `the key ${JSON.stringify(twice.key)} stands twice in one object.`, fix: "remove one of the two." },
      { ...place, line: 1 + countLineBreaks(text.slice(0, twice.position)) },
    );
  }
  return json;
}

/** First key that an object has twice, in text that is known to be JSON. */
function findDuplicateKey(text: string): { readonly key: string; readonly position: number } | null {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;
  // Keys of each open object; null for an open array.
  const open: (Set<string> | null)[] = [];
  let string = { text: "", position: 0 };
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    if (found === "{") open.push(new Set());
    else if (found === "[") open.push(null);
    else if (found === "}" || found === "]") open.pop();
    else if (found !== ":") string = { text: found, position: match.index };
    else {
      const key = JSON.parse(string.text) as string;
      const keys = open.at(-1);
      if (keys?.has(key) === true) return { key, position: string.position };
      keys?.add(key);
    }
  }
  return null;
}
