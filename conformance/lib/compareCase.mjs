import fs from "node:fs";
import path from "node:path";
import { readSettings } from "./cases.mjs";
import { parseCsv } from "./csv.mjs";

/**
 * Compares a table with the results of a case, by the rule of the suite: every value c of every row and column within
 * absolute + relative |c| of the result.
 *
 * @param {string} folder of all cases
 * @param {string} id five digits
 * @param {{ names: readonly string[], columns: readonly ArrayLike<number>[] }} actual
 * @returns {string | null} what is wrong with it; null where nothing is
 */
export const compareCase = (folder, id, actual) => {
  const { absolute, relative, variables } = readSettings(folder, id);
  const results = path.join(folder, id, `${id}-results.csv`);
  if (!fs.existsSync(results)) return "the case has no results";
  const expected = parseCsv(fs.readFileSync(results, "utf8"));
  const times = expected.columns[0];
  // The first column is the time; a quantity may have that name too.
  const columnOf = ({ names, columns }, name) => columns[name === null ? 0 : names.indexOf(name, 1)];
  for (const name of [null, ...variables]) {
    const [want, got] = [columnOf(expected, name), columnOf(actual, name)];
    if (want === undefined) return `the results have no ${name ?? "time"}`;
    if (got === undefined) return `${name ?? "time"} is missing`;
    if (got.length !== want.length) return `${got.length} rows, and the results have ${want.length}`;
    const row = want.findIndex((value, i) => !isClose(value, got[i], absolute, relative));
    if (row >= 0) return `${name ?? "time"} at ${times[row]}: ${got[row]}, expected ${want[row]}`;
  }
  return null;
};

const isClose = (want, got, absolute, relative) => {
  if (Number.isNaN(want)) return Number.isNaN(got);
  if (!Number.isFinite(want)) return want === got;
  return Math.abs(want - got) <= absolute + relative * Math.abs(want);
};
