/**
 * Lays out a table in plain text: the first `textColumns` columns to the left, the others to the right.
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 * @param {number} textColumns
 * @returns {string} Lines without a last newline.
 */
export function layOut(head, rows, textColumns) {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const rule = widths
    .map((width) => "-".repeat(width))
    .join("  ")
    .trimEnd();
  return [head, ...rows]
    .map((cells) =>
      cells
        .map((cell, i) => pad(cell, widths[i] ?? 0, i < textColumns))
        .join("  ")
        .trimEnd(),
    )
    .toSpliced(1, 0, rule)
    .join("\n");
}

/**
 * Writes a number with three significant digits and no exponent.
 * @param {number | null} value
 * @returns {string} `-` for null.
 */
export function short(value) {
  if (value === null) return "-";
  const digits = value === 0 ? 1 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

/**
 * Fills a cell with spaces.
 * @param {string} cell
 * @param {number} width
 * @param {boolean} toLeft
 * @returns {string}
 */
function pad(cell, width, toLeft) {
  return toLeft ? cell.padEnd(width) : cell.padStart(width);
}
