/**
 * Simulates cases of the SBML Test Suite: one CSV file each, in `OUT/cases`, and `OUT/cases.json` with what did not run. No file with expected results is read
 * here; `compareSuite.mjs` does that afterwards.
 */

import fs from "node:fs";
import path from "node:path";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { casesFolder } from "./lib/cases.mjs";
import { runPool } from "./lib/pool.mjs";

const worker = fileURLToPath(new URL("./suiteWorker.mjs", import.meta.url));

/**
 * Runs cases.
 *
 * @param {object} options
 * @param {string} options.suite root of the suite, or its `cases/semantic`
 * @param {string} [options.cases] file with one case id a line; default: all that are there
 * @param {string} options.out
 * @param {number} [options.workers]
 * @param {number} [options.limit] seconds that a case may take
 * @returns {Promise<{ folder: string, ids: readonly string[] }>}
 */
export const runSuite = async ({ suite, cases, out, workers = availableParallelism(), limit = 180 }) => {
  const folder = casesFolder(suite);
  if (folder === null)
    throw new Error(`There are no cases in ${suite}: expected folders such as 00001, in it or in its cases/semantic.`);
  const ids = cases === undefined ? allIds(folder) : idsOf(cases);
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
  return { folder, ids };
};

const allIds = (folder) =>
  fs
    .readdirSync(folder)
    .filter((name) => /^\d{5}$/.test(name))
    .sort();

const idsOf = (file) =>
  fs
    .readFileSync(file, "utf8")
    .split(/\r?\n/)
    .flatMap((line) => {
      const id = line.trim();
      return id === "" || id.startsWith("#") ? [] : [id.padStart(5, "0")];
    });
