import { MeshError, type MeshElement } from "../mesh/meshError.js";

/** A line of a text file that is not blank, cut at its spaces. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly words: readonly string[];
}

/** What lines may hold. */
export interface LineOptions {
  /** Whether the rest of a line after "#" is left out; it is where left out. */
  readonly comments?: boolean;
  /** Whether a line that ends in "\" goes on in the next one. */
  readonly continues?: boolean;
  /** Number of the first line; 1 where left out. */
  readonly first?: number;
}

/** The lines of a text, which end in LF, CR LF or CR; blank ones are left out. */
export function* linesOf(text: string, options: LineOptions = {}): Generator<Line, undefined> {
  const { comments = true, continues = false, first = 1 } = options;
  const ends = /\r\n|\n|\r/g;
  let number = first - 1;
  let start = 0;
  let kept = "";
  let keptNumber = 0;
  while (start <= text.length) {
    const end = ends.exec(text);
    let line = text.slice(start, end === null ? text.length : end.index);
    start = end === null ? text.length + 1 : ends.lastIndex;
    number++;
    if (comments) {
      const comment = line.indexOf("#");
      if (comment !== -1) line = line.slice(0, comment);
    }
    if (kept === "") keptNumber = number;
    if (continues && line.endsWith("\\") && start <= text.length) {
      kept += `${line.slice(0, -1)} `;
      continue;
    }
    const words = (kept + line).split(/[ \t\f\v]+/).filter((word) => word !== "");
    kept = "";
    if (words.length > 0) yield { number: keptNumber, words };
  }
  return undefined;
}

/** The text of bytes; bytes that are no UTF-8, as in old comments, become question marks. */
export function textOf(source: string | Uint8Array): string {
  return (typeof source === "string" ? source : new TextDecoder().decode(source)).replace(/^\uFEFF/, "");
}

/** A file's name, to be completed to the place of an error. */
export interface Place {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly element?: MeshElement | undefined;
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const notFinite = /^[+-]?(?:nan|inf|infinity)(?:\(\w*\))?$/i;

/**
 * The number that a word is, correctly rounded.
 * @throws MeshError where it is none, or is not finite.
 */
export function numberOf(word: string | undefined, what: string, place: Place): number {
  if (word === undefined) throw new MeshError({ what: `${what} is missing.` }, place);
  if (decimal.test(word)) {
    const value = Number(word);
    if (Number.isFinite(value)) return value;
  }
  const isNumber = decimal.test(word) || notFinite.test(word);
  throw new MeshError({ what: `${what} is ${isNumber ? "not finite" : "no number"}.`, got: shown(word) }, place);
}

/**
 * The whole number that a word is.
 * @throws MeshError where it is none.
 */
export function integerOf(word: string | undefined, what: string, place: Place): number {
  if (word === undefined) throw new MeshError({ what: `${what} is missing.` }, place);
  const value = /^[+-]?\d+$/.test(word) ? Number(word) : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new MeshError({ what: `${what} is no whole number.`, got: shown(word) }, place);
}

/** A word in quotes, cut where it is long. */
export function shown(word: string): string {
  return JSON.stringify(word.length > 40 ? `${word.slice(0, 40)}...` : word);
}

/** A number with as few digits as give it back to the bit. */
export function digitsOf(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
