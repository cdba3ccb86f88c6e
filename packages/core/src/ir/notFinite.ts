import { isFloat } from "../util/dtype.js";
import { NumericalError } from "../util/errors.js";
import type { Value } from "./values.js";

/** A number that is not finite, and its place in an array. */
export interface NonFiniteEntry {
  readonly index: readonly number[];
  readonly value: number;
}

/** The first entry of a value that is NaN or infinite. */
export function firstNonFinite(value: Value): NonFiniteEntry | null {
  switch (value.kind) {
    case "array": {
      if (!isFloat(value.dtype)) return null;
      const at = value.data.findIndex((entry) => !Number.isFinite(entry));
      return at < 0 ? null : { index: unravel(at, value.shape), value: value.data[at] as number };
    }
    case "history":
      return firstOf(value.entries);
    case "ragged":
      return firstOf(value.rows);
  }
}

/**
 * What a failed `checkFinite` throws.
 * @param message names the leaf
 * @param path loops and maps around it, outermost first
 */
export function notFinite(message: string, entry: NonFiniteEntry | null, path: readonly string[]): NumericalError {
  const place = entry === null || entry.index.length === 0 ? "" : ` at [${entry.index.join(", ")}]`;
  const found = entry === null ? "" : `: ${entry.value}${place}`;
  const where = path.length === 0 ? "" : ` in ${path.slice().reverse().join(", in ")}`;
  return new NumericalError({
    what: `${message}${found}${where}.`,
    fix: "look at what it is computed of there; `jit(f, { checkFinite: true })` names the op that made the first such value.",
    data: { path, ...entry },
  });
}

function firstOf(values: readonly Value[]): NonFiniteEntry | null {
  for (const value of values) {
    const found = firstNonFinite(value);
    if (found !== null) return found;
  }
  return null;
}

function unravel(flat: number, shape: readonly number[]): readonly number[] {
  const index = new Array<number>(shape.length);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % (shape[axis] as number);
    rest = Math.floor(rest / (shape[axis] as number));
  }
  return index;
}
