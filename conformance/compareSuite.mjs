/**
 * `node conformance/compareSuite.mjs OUT`: compares what `suite.mjs` wrote with the results of the suite, by the rule of the suite: every value c of every
 * row and column within absolute + relative |c| of the result. It writes `OUT/conformance.json`.
 */

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readSettings } from "./lib/cases.mjs";
import { parseCsv } from "./lib/csv.mjs";

/**
 * Compares all cases.
 *
 * @param {string} out the folder that `suite.mjs` wrote
 * @returns {{ passed: string[], failed: { id: string, reason: string }[], refused: { id: string, reason: string }[] }}
 */
export const compareSuite = (out) => {
  const { folder, cases } = JSON.parse(fs.readFileSync(path.join(out, "cases.json"), "utf8"));
  const result = { passed: [], failed: [], refused: [] };
  for (const [id, { state, reason }] of Object.entries(cases).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (state !== "ran") {
      result[state].push({ id, reason });
      continue;
    }
    const difference = compareCase(folder, id, path.join(out, "cases", `${id}.csv`));
    if (difference === null) result.passed.push(id);
    else result.failed.push({ id, reason: difference });
  }
  fs.writeFileSync(path.join(out, "conformance.json"), `${JSON.stringify(result, null, 1)}\n`);
  return result;
};

/** What is wrong with a case; null where nothing is. */
const compareCase = (folder, id, file) => {
  const { absolute, relative, variables } = readSettings(folder, id);
  const expected = parseCsv(fs.readFileSync(path.join(folder, id, `${id}-results.csv`), "utf8"));
  const actual = parseCsv(fs.readFileSync(file, "utf8"));
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed, refused } = compareSuite(process.argv[2] ?? "out");
  process.stdout.write(`${passed.length} passed, ${failed.length} failed, ${refused.length} refused\n`);
}
