/**
 * `node conformance/compareSuite.mjs OUT`: compares what `suite.mjs` wrote with the results of the suite, by the rule of the suite: every value c of every
 * row and column within absolute + relative |c| of the result. It writes `OUT/conformance.json`.
 */

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { compareCase } from "./lib/compareCase.mjs";
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
    const difference = compareCase(folder, id, parseCsv(fs.readFileSync(path.join(out, "cases", `${id}.csv`), "utf8")));
    if (difference === null) result.passed.push(id);
    else result.failed.push({ id, reason: difference });
  }
  fs.writeFileSync(path.join(out, "conformance.json"), `${JSON.stringify(result, null, 1)}\n`);
  return result;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed, refused } = compareSuite(process.argv[2] ?? "out");
  process.stdout.write(`${passed.length} passed, ${failed.length} failed, ${refused.length} refused\n`);
}
