/**
 * Writes a table of numbers as the SBML Test Suite has it: a line of names, then a line for each time.
 *
 * @param {readonly string[]} names of the columns
 * @param {readonly ArrayLike<number>[]} columns
 * @returns {string}
 */
export const formatCsv = (names, columns) => {
  const rows = Array.from(columns[0], (_, row) => columns.map((column) => formatNumber(column[row])).join(","));
  return `${[names.join(","), ...rows].join("\n")}\n`;
};

/**
 * Reads such a table.
 *
 * @param {string} text
 * @returns {{ names: string[], columns: number[][] }}
 */
export const parseCsv = (text) => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const names = splitLine(lines[0]);
  const rows = lines.slice(1).map((line) => splitLine(line).map(parseNumber));
  return { names, columns: names.map((_, i) => rows.map((row) => row[i])) };
};

const splitLine = (line) => line.split(",").map((cell) => cell.trim().replace(/^"|"$/g, ""));

const parseNumber = (text) => {
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
  return text === "" ? NaN : Number(text);
};

const formatNumber = (value) => {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "INF" : "-INF";
};
