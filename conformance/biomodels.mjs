/**
 * Runs all models of a folder from 0 to 10 units of time, and with libRoadRunner as well, and compares: `OUT/biomodels.json`. Both integrate a thousand times closer than is
 * compared, so that the comparison is of what models mean.
 */

import { spawn } from "node:child_process";
import fs from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ensureVenv } from "../bench/harness/python.mjs";
import { parseCsv } from "./lib/csv.mjs";
import { runPool } from "./lib/pool.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** End of the runs, in the models' units of time, and times that are looked at. */
const [end, points] = [10, 51];
const times = Array.from({ length: points }, (_, i) => (end * i) / (points - 1));

/** What two runs may differ by, relative to a value, and relative to the largest of its curve. */
const [relative, floor] = [1e-4, 1e-6];

/** Relative tolerance of both integrations. */
const rtol = 1e-8;

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
  const files = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".xml"))
    .sort();
  if (files.length === 0)
    throw new Error(`There are no models in ${folder}: expected files such as BIOMD0000000001.xml.`);
  const paths = files.map((name) => path.join(folder, name));
  const ours = freshFolder(path.join(out, "biomodels"));
  const states = {};
  await runPool({
    script: here("./biomodelsWorker.mjs"),
    tasks: paths.map((file) => ({ file, out: ours, times, rtol })),
    workers,
    limit,
    onAnswer: ({ file }, { state, reason }) => {
      states[path.basename(file, ".xml")] = { state, ...(reason === undefined ? {} : { reason }) };
      const count = Object.keys(states).length;
      if (count % 50 === 0 || count === files.length) process.stderr.write(`${count} of ${files.length} models\n`);
    },
  });
  const theirs = freshFolder(path.join(out, "roadrunner"));
  const theirStates = withReference ? await runRoadrunner(paths, theirs, limit) : {};
  const result = compare(
    files.map((name) => path.basename(name, ".xml")),
    states,
    theirStates,
    ours,
    theirs,
  );
  fs.writeFileSync(path.join(out, "biomodels.json"), `${JSON.stringify(result, null, 1)}\n`);
  return result;
};

const freshFolder = (folder) => {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  return folder;
};

const runRoadrunner = async (paths, out, limit) => {
  const log = (text) => process.stderr.write(`${text}\n`);
  const python = ensureVenv(here("../.cache/ode-venv"), here("../bench/peers/ode_requirements.txt"), log);
  const args = [here("./roadrunner.py"), out, String(limit), String(rtol), String(end), String(points), ...paths];
  const child = spawn(python, args, { stdio: ["ignore", "pipe", "ignore"] });
  const states = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, ...state } = JSON.parse(line);
    states[id] = state;
  }
  return states;
};

const compare = (ids, states, theirStates, ours, theirs) => {
  const of = (state) => ids.filter((id) => states[id].state === state);
  const listed = (state) => of(state).map((id) => ({ id, reason: states[id].reason }));
  const both = ids.filter((id) => theirStates[id]?.state === "ran");
  const disagreements = both.flatMap((id) => {
    if (states[id].state !== "ran") return [{ id, reason: states[id].reason }];
    const reason = difference(path.join(ours, `${id}.csv`), path.join(theirs, `${id}.csv`));
    return reason === null ? [] : [{ id, reason }];
  });
  return {
    ran: of("ran").length,
    refused: listed("refused"),
    failed: listed("failed"),
    reference: {
      ran: both.length,
      failed: ids
        .filter((id) => theirStates[id]?.state === "failed")
        .map((id) => ({ id, reason: theirStates[id].reason })),
      agree: both.length - disagreements.length,
      disagreements,
    },
  };
};

/** Where two runs differ most; null where they do not. */
const difference = (ourFile, theirFile) => {
  const [own, other] = [ourFile, theirFile].map((file) => parseCsv(fs.readFileSync(file, "utf8")));
  let worst = { size: 1, text: null };
  for (const [column, name] of other.names.entries()) {
    const at = own.names.indexOf(name);
    if (column === 0 || at < 0) continue;
    const [ourValues, theirValues] = [own.columns[at], other.columns[column]];
    const most = Math.max(...theirValues.map((value) => Math.abs(value)).filter(Number.isFinite), 0);
    theirValues.forEach((value, row) => {
      const got = ourValues[row];
      if (Object.is(got, value) || (Number.isNaN(got) && Number.isNaN(value))) return;
      const allowed = relative * Math.abs(value) + floor * most + Number.MIN_VALUE;
      const size = Math.abs(got - value) / allowed;
      if (size <= worst.size) return;
      worst = { size, text: `${name} at ${times[row]}: ${got}, libRoadRunner has ${value}` };
    });
  }
  return worst.text;
};
