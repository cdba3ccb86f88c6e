import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** An array as NumPy wrote it. */
export interface GoldenArray {
  readonly npy: string;
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly elements: readonly (number | string)[];
}

/** What bench/peers/npy_golden.py has written. */
export interface Golden {
  readonly arrays: Readonly<Record<string, GoldenArray>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly refused: Readonly<Record<string, string>>;
  readonly npz: string;
  readonly npzCompressed: string;
  readonly npzPickle: string;
}

/** Reads the golden file. */
export function readGolden(): Golden {
  const file = fileURLToPath(new URL("numpy.json", import.meta.url));
  return JSON.parse(readFileSync(file, "utf8")) as Golden;
}

/** Bytes of a base64 text. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The number that a golden element stands for. */
export function toNumber(element: number | string): number {
  return typeof element === "number" ? element : element === "-0" ? -0 : Number(element);
}
