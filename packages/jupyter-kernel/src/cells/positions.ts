import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";

/** The two source maps of a cell: TypeScript to ES module, ES module to the script that is run. */
export interface CellMap {
  readonly first: SourceMapPayload;
  readonly second: SourceMapPayload;
}

/** A place in the text of a cell; both numbers begin at 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const comment = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;

/** Separates emitted JavaScript from the source map in its last line. */
export function splitInlineMap(text: string): { readonly code: string; readonly map: SourceMapPayload | null } {
  const found = comment.exec(text);
  if (found === null) return { code: text, map: null };
  const json = Buffer.from(found[1]!, "base64").toString();
  return { code: `${text.slice(0, found.index)}\n`, map: JSON.parse(json) as SourceMapPayload };
}

/** Lines that tslab puts before a cell: `export {};`. */
const linesBefore = 1;

/** From places of emitted code back to places in the text of a cell. Null for code that no one wrote. */
export interface Locator {
  /** A place in the script that was run. */
  locate(place: Place): Place | null;
  /** A place in the ES module between cell and script. */
  locateInModule(place: Place): Place | null;
}

/** The locator of a cell. `shift` is the length of what stands before its script in the first line. */
export function createLocator({ first, second }: CellMap, shift: number): Locator {
  const toModule = new SourceMap(second);
  const toCell = new SourceMap(first);
  const locateInModule = ({ line, column }: Place): Place | null => {
    const entry = toCell.findEntry(line, column);
    if (!("originalLine" in entry) || entry.originalLine < linesBefore) return null;
    return { line: entry.originalLine - linesBefore, column: entry.originalColumn };
  };
  return {
    locateInModule,
    locate: ({ line, column }) => {
      const entry = toModule.findEntry(line, line === 0 ? Math.max(column - shift, 0) : column);
      return "originalLine" in entry
        ? locateInModule({ line: entry.originalLine, column: entry.originalColumn })
        : null;
    },
  };
}
