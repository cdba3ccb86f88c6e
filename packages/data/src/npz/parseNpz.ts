import type { Tensor } from "@simgrad/core";
import { DataError } from "../dataError.js";
import { parseNpyAt } from "../npy/parseNpy.js";
import { chosenDtype, define, type DTypeChoice } from "../tensors.js";
import { readZip } from "./zip.js";

/** Options of `parseNpz`. */
export interface NpzOptions<Name extends string = string> {
  /** Name of the file, for messages. */
  readonly file?: string;
  /** Arrays to read; all when left out. */
  readonly names?: readonly Name[];
  /** What the elements become, of all arrays or by name; each must be held exactly. */
  readonly dtype?: DTypeChoice;
}

/**
 * Reads the arrays of an .npz file, as np.savez and np.savez_compressed write it, by name. `nest` makes a tree of names with "/".
 *
 * @throws DataError if the archive or an array in it is damaged, or an array of `names` is missing.
 * @example
 * const { times, traces } = parseNpz(bytes, { names: ["times", "traces"] });
 */
export function parseNpz<Name extends string = string>(
  bytes: Uint8Array,
  options: NpzOptions<Name> = {},
): Readonly<Record<Name, Tensor>> {
  const { file, names, dtype } = options;
  const entries = readZip(bytes, { file });
  const arrays = new Map<string, Tensor>();
  for (const entry of entries) {
    const name = entry.name.replace(/\.npy$/, "");
    const place = { file, member: name };
    if (name === entry.name) {
      throw new DataError(
        {
          what: "the .npz archive holds something that is not an array.",
          got: `a file named ${JSON.stringify(entry.name)}`,
          expected: "files whose names end in .npy",
          fix: "write it with np.savez.",
        },
        place,
      );
    }
    if (names === undefined || (names as readonly string[]).includes(name)) {
      arrays.set(name, parseNpyAt(entry.bytes, chosenDtype(dtype, name), place));
    }
  }
  const known = entries.map((entry) => entry.name.replace(/\.npy$/, ""));
  const asked = [...(names ?? []), ...(typeof dtype === "object" ? Object.keys(dtype) : [])];
  const missing = asked.find((name) => !known.includes(name));
  if (missing !== undefined) {
    throw new DataError(
      {
        what: "an array that is asked for is not in the archive.",
        got: known.length === 0 ? "an archive without arrays" : `the arrays ${known.join(", ")}`,
        expected: missing,
      },
      { file, member: missing },
    );
  }
  const result = {};
  for (const name of names ?? arrays.keys()) define(result, name, arrays.get(name));
  return Object.freeze(result) as Readonly<Record<Name, Tensor>>;
}
