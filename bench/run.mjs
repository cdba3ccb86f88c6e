/**
 * Runs a bench: `node bench/run.mjs wave --json FILE`. `--help` says the rest; README.md says what the figures mean.
 */

import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { measure } from "./harness/measure.mjs";
import { readOptions, USAGE, UsageError } from "./harness/options.mjs";
import { ratioTable, variantTable } from "./harness/print.mjs";
import { judge } from "./harness/rows.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));
/** Scripts beside the benches that are none. */
const OTHERS = ["run", "report", "kernelStart", "integratorsTable", "meshConvergence"];

process.exitCode = await main(process.argv.slice(2));

/**
 * Does what the command line says.
 * @param {readonly string[]} args Behind the script's name.
 * @returns {Promise<number>} Exit code.
 */
async function main(args) {
  try {
    const options = readOptions(args);
    if (options.help) {
      console.log(`${USAGE}\n\nBenches: ${benchNames().join(", ")}`);
      return 0;
    }
    if (options.bench === "report") {
      const { writeReport } = await import("./report.mjs");
      console.log(`wrote ${await writeReport()}`);
      return 0;
    }
    return await runBench(options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (!(error instanceof UsageError)) return 1;
    console.error(`\n${USAGE}`);
    return 2;
  }
}

/**
 * Measures, prints, and writes rows.
 * @param {import("./harness/options.mjs").Options} options
 * @returns {Promise<number>} Exit code.
 */
async function runBench(options) {
  const bench = await loadBench(options.bench);
  const names = bench.contenders.map(({ name }) => name).filter((name) => name !== "ours");
  for (const name of options.only) {
    if (!names.includes(name)) throw new UsageError(`no rival "${name}"; there are ${names.join(", ")}`);
  }
  const works = bench.works.filter(({ name }) => options.work === undefined || name.includes(options.work));
  const pairs = works.flatMap((work) =>
    work.dtypes.filter((dtype) => dtype === (options.dtype ?? dtype)).map((dtype) => ({ work, dtype })),
  );
  if (pairs.length === 0) throw new UsageError("no work of this bench has that name and dtype");

  console.log(`${bench.name}: ${bench.question}`);
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? "unknown processor"}\n`,
  );
  const entrants = bench.contenders
    .filter(({ name }) =>
      name === "ours" ? !options.rivalsAlone : options.only.length === 0 || options.only.includes(name),
    )
    .map((contender) => ({ contender, command: contender.prepare(log) }));

  const judged = [];
  const groups = [];
  for (const { work, dtype } of pairs) {
    const title = `${work.name}, ${dtype}`;
    const figures = await (bench.measure ?? measure)({
      work,
      dtype,
      entrants,
      rounds: options.rounds,
      log: (line) => log(`${title}: ${line}`),
    });
    groups.push({ work: work.name, dtype, figures });
    judged.push(...judge({ bench: bench.name, work, dtype, figures }));
  }

  console.log(
    `All variants (ms unless the work says otherwise; each rival's fastest stands in its row):\n${variantTable(groups)}\n`,
  );
  if (judged.length > 0) console.log(`Ratios, ours to theirs (below 1 is better):\n${ratioTable(judged, works)}`);
  const sound = judged.filter(({ sound }) => sound).map(({ row }) => row);
  if (options.json !== undefined) writeRows(options.json, sound);
  return report(judged, groups);
}

/**
 * Says what is wrong with results, if anything is.
 * @param {readonly import("./harness/rows.mjs").Judged[]} judged
 * @param {readonly { work: string, dtype: string, figures: readonly import("./harness/measure.mjs").Figures[] }[]} groups
 * @returns {number} Exit code.
 */
function report(judged, groups) {
  const problems = [
    ...groups.flatMap(({ work, dtype, figures }) =>
      figures.flatMap((entry) =>
        entry.problems.map((text) => `${work}, ${dtype}, ${entry.contender} (${entry.variant}): ${text}`),
      ),
    ),
    ...judged
      .filter(({ agree }) => !agree)
      .map(({ row, difference }) => `${row.work}, ${row.dtype}: ours and ${row.rival} differ by ${difference}`),
  ];
  if (problems.length === 0) return 0;
  console.error(
    `\nRESULTS DISAGREE; the rows concerned are not written:\n${problems.map((text) => `  ${text}`).join("\n")}`,
  );
  return 1;
}

/**
 * Imports a bench by name.
 * @param {string | undefined} name
 * @returns {Promise<import("./harness/measure.mjs").Bench>}
 */
async function loadBench(name) {
  const names = benchNames();
  if (name === undefined || !names.includes(name)) {
    throw new UsageError(
      `${name === undefined ? "name a bench" : `no bench "${name}"`}; there are: ${names.join(", ")}`,
    );
  }
  return (await import(`./${name}.mjs`)).bench;
}

/**
 * Names of the benches: the files beside this one.
 * @returns {readonly string[]} Without extension.
 */
function benchNames() {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => file.slice(0, -".mjs".length))
    .filter((name) => !OTHERS.includes(name));
}

/**
 * Writes rows beside the file and renames, so that a file is whole or not there.
 * @param {string} file
 * @param {readonly import("./harness/rows.mjs").Row[]} rows
 */
function writeRows(file, rows) {
  const path = resolve(file);
  const folderOfFile = dirname(path);
  if (!existsSync(folderOfFile)) mkdirSync(folderOfFile, { recursive: true });
  writeFileSync(`${path}.part`, `${JSON.stringify(rows, null, 2)}\n`);
  renameSync(`${path}.part`, path);
}

/**
 * Reports progress, apart from the tables on standard output.
 * @param {string} line
 */
function log(line) {
  console.error(`... ${line}`);
}
