import { MeshError } from "../mesh/meshError.js";
import { integerOf, linesOf, numberOf, shown, textOf, type Line, type Place } from "./lines.js";
import type { PlyElement, PlyHeader, PlyProperty } from "./plyHeader.js";

/** A row of the file: a number, or a list of numbers, for each property of its element. */
export interface PlyRow {
  readonly values: readonly (number | readonly number[])[];
  /** Line of the row; undefined in a binary file. */
  readonly line: number | undefined;
}

/** Takes the rows of a file one after the other. */
export interface PlyRows {
  /** The next row, number `index` of `element`. */
  take(element: PlyElement, index: number): PlyRow;
  /** Demands that nothing is left. */
  end(): void;
}

/** The rows of a file, as its header says that they are. */
export function plyRows(bytes: Uint8Array, header: PlyHeader, file: string | undefined): PlyRows {
  return header.format === "ascii" ? textRows(bytes, header, file) : binaryRows(bytes, header, file);
}

function textRows(bytes: Uint8Array, header: PlyHeader, file: string | undefined): PlyRows {
  const lines = linesOf(textOf(bytes.subarray(header.size)), { comments: false, first: header.lines + 1 });
  let last = header.lines;
  return {
    take(element, index) {
      const next = lines.next();
      const here = placeOf(element, index, file);
      if (next.done === true) throw endsEarly(element, index, { ...here, line: last });
      const { number: line, words } = next.value as Line;
      last = line;
      const place: Place = { ...here, line };
      let at = 0;
      const values = element.properties.map(({ name, type, count }) => {
        const one = (what: string, of = type): number => {
          const word = words[at++];
          const value = of.isInteger ? integerOf(word, what, place) : numberOf(word, what, place);
          if (value >= of.range[0] && value <= of.range[1]) return value;
          throw new MeshError(
            { what: `${what} is beyond its type.`, got: String(value), expected: of.range.join(" to ") },
            place,
          );
        };
        if (count === null) return one(`property ${name}`);
        const length = one(`the length of ${name}`, count);
        expectLength(length, words.length - at, name, place);
        return Array.from({ length }, () => one(`property ${name}`));
      });
      if (at < words.length) {
        throw new MeshError(
          { what: "there is more on the line than the properties.", got: shown(words.slice(at).join(" ")) },
          place,
        );
      }
      return { values, line };
    },
    end() {
      const next = lines.next();
      if (next.done === true) return;
      throw new MeshError(
        { what: "there is more after the last row.", got: shown(next.value.words.join(" ")) },
        { file, line: next.value.number },
      );
    },
  };
}

function binaryRows(bytes: Uint8Array, header: PlyHeader, file: string | undefined): PlyRows {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittle = header.format === "binary_little_endian";
  let offset = header.size;
  return {
    take(element, index) {
      const place = placeOf(element, index, file);
      const one = (type: PlyProperty["type"], name: string): number => {
        if (offset + type.bytes > bytes.length) throw endsEarly(element, index, place);
        const value = type.get(view, offset, isLittle);
        offset += type.bytes;
        if (Number.isFinite(value)) return value;
        throw new MeshError({ what: `property ${name} is not finite.`, got: String(value) }, place);
      };
      const values = element.properties.map(({ name, type, count }) => {
        if (count === null) return one(type, name);
        const length = one(count, name);
        expectLength(length, Math.floor((bytes.length - offset) / type.bytes), name, place);
        return Array.from({ length }, () => one(type, name));
      });
      return { values, line: undefined };
    },
    end() {
      if (offset === bytes.length) return;
      throw new MeshError(
        { what: "there is more after the last row.", got: `${bytes.length - offset} bytes` },
        { file },
      );
    },
  };
}

/** Before anything is made of that length: a list is no longer than the file. */
function expectLength(length: number, most: number, name: string, place: Place): void {
  if (length >= 0 && length <= most) return;
  const got = String(length);
  throw new MeshError({ what: `the list ${name} is longer than what is left.`, got, expected: `0 to ${most}` }, place);
}

function placeOf({ name }: PlyElement, index: number, file: string | undefined): Place {
  return name === "vertex" || name === "face" ? { file, element: { kind: name, index } } : { file };
}

function endsEarly(element: PlyElement, index: number, place: Place): MeshError {
  return new MeshError(
    {
      what: "the file ends before the last row.",
      got: `${index} of "${element.name}"`,
      expected: `${element.count}, as its header says`,
    },
    place,
  );
}
