import type { DType, TypedArray } from "../util/dtype.js";
import { showElements, showFull } from "./showElements.js";
import { sizeOf } from "./types.js";

/** What is done with a line that `debugPrint` prints. */
export type DebugPrinter = (line: string) => void;

/** One value of a `debugPrint`. */
export interface PrintedValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

let printer: DebugPrinter | null = null;

/**
 * Chooses where the lines of `debugPrint` go, of all programs; null: to `console.log`, as it is at first.
 *
 * @returns what was chosen before, to be set again.
 *
 * @example
 * const lines: string[] = [];
 * const before = setDebugPrinter((line) => lines.push(line));
 * simulate(params);
 * setDebugPrinter(before);
 */
export function setDebugPrinter(print: DebugPrinter | null): DebugPrinter | null {
  const before = printer;
  printer = print;
  return before;
}

/** Prints what a `debugPrint` prints when it runs: a line for each element of the first `batch` axes. */
export function printValues(
  { format, batch }: { readonly format: string; readonly batch: number },
  values: readonly PrintedValue[],
): void {
  const parts = format.split(slot);
  const elements = sizeOf(values[0]?.shape.slice(0, batch) ?? []);
  for (let i = 0; i < elements; i++) {
    const shown = values.map(({ dtype, shape, data }): string => {
      const own = shape.slice(batch);
      const size = sizeOf(own);
      const element = data.subarray(i * size, (i + 1) * size);
      return own.length === 0 ? showFull(dtype, element[0] as number) : showElements(dtype, own, element);
    });
    const line = parts.map((part, k) => part + (shown[k] ?? "")).join("");
    // Looked up when it prints: a notebook puts a console of its own in its place.
    // eslint-disable-next-line no-console -- what was asked for
    if (printer === null) console.log(line);
    else printer(line);
  }
}

/** How many values a format wants. */
export function slotsOf(format: string): number {
  return format.split(slot).length - 1;
}

const slot = "{}";
