/**
 * Simulates cases of the SBML Test Suite: one CSV file each, in `OUT/cases`, and `OUT/cases.json` with what did not run. No file with expected results is read
 * here; `compareSuite.mjs` does that afterwards.
 */

import fs from "node:fs";
import path from "node:path";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { runPool } from "./lib/pool.mjs";

const worker = fileURLToPath(new URL("./suiteWorker.mjs", import.meta.url));

/**
 * Runs cases.
 *
 * @param {object} options
 * @param {string} options.folder in which the cases are
 * @param {readonly string[]} options.ids of the cases
 * @param {string} options.out
 * @param {number} [options.workers]
 * @param {number} [options.limit] seconds that a case may take
 */
export const runSuite = async ({ folder, ids, out, workers = availableParallelism(), limit = 180 }) => {
  const target = path.join(out, "cases");
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  const states = new Map();
  await runPool({
    script: worker,
    tasks: ids.map((id) => ({ folder, id, out: target })),
    workers,
    limit,
    onAnswer: ({ id }, { state, reason }) => {
      states.set(id, { state, ...(reason === undefined ? {} : { reason }) });
      if (states.size % 50 === 0 || states.size === ids.length)
        process.stderr.write(`${states.size} of ${ids.length} cases\n`);
    },
  });
  const sorted = Object.fromEntries(ids.map((id) => [id, states.get(id)]));
  fs.writeFileSync(path.join(out, "cases.json"), `${JSON.stringify({ folder, cases: sorted }, null, 1)}\n`);
};

/**
 * The ids of all cases of a folder.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export const allIds = (folder) =>
  fs
    .readdirSync(folder)
    .filter((name) => isId(name))
    .sort();

/**
 * Reads ids of cases, one a line; empty lines and those that begin with # are skipped, zeros in front may be missing.
 *
 * @param {string} file
 * @returns {string[]} each id once
 */
export const idsOf = (file) => {
  const lines = fs.readFileSync(file, "utf8").split(/\r?\n/);
  const ids = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  return [...new Set(ids.map((id) => id.padStart(5, "0")))];
};

/**
 * Whether a text is the id of a case: five digits.
 *
 * @param {string} text
 * @returns {boolean}
 */
export const isId = (text) => /^\d{5}$/.test(text);
