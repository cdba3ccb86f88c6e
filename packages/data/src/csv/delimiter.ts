import { ArgumentError } from "@simgrad/core";
import { dsvFormat, type DSV } from "d3-dsv";

/**
 * Parser and writer of d3-dsv for a delimiter.
 * @throws ArgumentError unless it is one character that can stand between cells.
 */
export function csvFormat(delimiter: string): DSV {
  if (delimiter.length !== 1 || /["\r\n\w.+\-\]\\^#]/.test(delimiter)) {
    throw new ArgumentError({
      what: "The delimiter of a CSV file is wrong.",
      got: JSON.stringify(delimiter),
      expected: 'one character that no number holds, as "," or ";" or "\\t"',
    });
  }
  return dsvFormat(delimiter);
}
