/**
 * Runs all SBML files of a folder, and where it is asked for with libRoadRunner as well: a table for each in `OUT/biomodels` and `OUT/roadrunner`, and
 * `OUT/models.json` with what did not run. `compareBiomodels.mjs` compares them afterwards.
 */

import { spawn } from "node:child_process";
import fs from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ensureVenv } from "../bench/harness/python.mjs";
import { Problem } from "../scripts/lib/problem.mjs";
import { runPool } from "./lib/pool.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** End of the runs, in the models' units of time, and times that are looked at. */
const [end, points] = [10, 51];

/**
 * Tolerances of both integrations: far closer than is compared, so that the comparison is of what models mean. The absolute one, of concentrations, is next
 * to nothing, since what is small in one model is large in another; some models have no solution so exact in double precision, and are run again with the second.
 */
const rtol = 1e-9;
const atols = [1e-20, 1e-12];

/**
 * Runs all models.
 *
 * @param {object} options
 * @param {string} options.folder of SBML files
 * @param {string} options.out
 * @param {boolean} options.withReference whether libRoadRunner runs them too
 * @param {number} [options.workers]
 * @param {number} [options.limit] seconds that a model may take
 */
export const runBiomodels = async ({ folder, out, withReference, workers = availableParallelism(), limit = 120 }) => {
  const files = modelsIn(folder).map((name) => path.join(folder, name));
  const states = {
    ours: await runOurs(files, freshFolder(path.join(out, "biomodels")), workers, limit),
    reference: withReference ? await runReference(files, freshFolder(path.join(out, "roadrunner")), limit) : null,
  };
  fs.writeFileSync(path.join(out, "models.json"), `${JSON.stringify(states, null, 1)}\n`);
};

/**
 * The SBML files of a folder, by their names.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export const modelsIn = (folder) =>
  fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".xml"))
    .sort();

const freshFolder = (folder) => {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  return folder;
};

const runOurs = async (files, out, workers, limit) => {
  const times = Array.from({ length: points }, (_, i) => (end * i) / (points - 1));
  const states = new Map();
  await runPool({
    script: here("./biomodelsWorker.mjs"),
    tasks: files.map((file) => ({ file, out, times, rtol, atols })),
    workers,
    limit,
    onAnswer: ({ file }, { state, reason }) => {
      states.set(idOf(file), { state, reason });
      report(states.size, files.length, "models");
    },
  });
  return Object.fromEntries(files.map((file) => [idOf(file), states.get(idOf(file))]));
};

const runReference = async (files, out, limit) => {
  const log = (text) => process.stderr.write(`${text}\n`);
  const python = ensureVenv(here("../.cache/ode-venv"), here("../bench/peers/ode_requirements.txt"), log);
  const args = [here("./referenceRuns.py"), out, String(limit), JSON.stringify({ rtol, atols, end, points }), ...files];
  const child = spawn(python, args, { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  // CVODE warns there, many times in some models.
  child.stderr.on("data", (chunk) => (errors = (errors + chunk).slice(-2000)));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const states = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, ...state } = JSON.parse(line);
    states[id] = state;
    report(Object.keys(states).length, files.length, "models with libRoadRunner");
  }
  const status = await ended;
  if (status !== 0)
    throw new Problem(`libRoadRunner's runs ended with status ${status}: the lines above say why.`, errors);
  return states;
};

const idOf = (file) => path.basename(file, ".xml");

const report = (count, all, what) => {
  if (count % 50 === 0 || count === all) process.stderr.write(`${count} of ${all} ${what}\n`);
};
