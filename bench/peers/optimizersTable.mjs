/**
 * Question: how many evaluations do our solvers need on twenty standard problems, beside scipy, optax, optimistix and cma?
 *
 *     node bench/peers/optimizersTable.mjs [--core FOLDER] [--json FILE]
 *
 * The rivals' counts stand in testdata/counts.json, made by optimizers.py. Both sides count evaluations of the loss (with or
 * without its gradient), or of the residuals, until the loss has come down from the start to the least value that this run
 * finds, to 1e-8 of the way; a run that ends in another minimum than its rival's is marked and left out of the ratio.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { layOut } from "../harness/table.mjs";

const here = (path) => new URL(path, import.meta.url);
const { values: options } = parseArgs({ options: { core: { type: "string" }, json: { type: "string" } } });
const core =
  options.core === undefined ? here("../../packages/core/dist/") : pathToFileURL(`${resolve(options.core)}/`);
const load = (path) => import(new URL(path, core).href);
const solverNamed = async (name) => (await load(`optim/solvers/${name}.js`))[name];

const { counts } = JSON.parse(readFileSync(here("../../packages/core/src/optim/solvers/testdata/counts.json"), "utf8"));
const { standardProblems } = await load("testing/standardProblems.js");
const { leastSquaresProblem } = await load("testing/solverProblem.js");

/** Evaluations after which a run is given up, as the rivals' were. */
const LIMIT = 5000;
const CMA_SEEDS = [1, 2, 3, 4, 5];
const never = { gradientTolerance: 0, valueTolerance: 0, maxEvaluations: LIMIT, maxIterations: LIMIT };
const [bfgs, lbfgs, lbfgsb, newtonCg, levenbergMarquardt, nelderMead, cmaEs] = await Promise.all(
  ["bfgs", "lbfgs", "lbfgsb", "newtonCg", "levenbergMarquardt", "nelderMead", "cmaEs"].map(solverNamed),
);

const contests = [
  { name: "bfgs", solver: () => bfgs(never), rivals: ["scipy BFGS"] },
  { name: "lbfgs", solver: () => lbfgs(never), rivals: ["optax lbfgs"] },
  { name: "lbfgs, zoom", solver: () => lbfgs({ lineSearch: "zoom", ...never }), rivals: ["optax lbfgs"] },
  { name: "lbfgsb", solver: () => lbfgsb(never), rivals: ["scipy L-BFGS-B"] },
  { name: "newtonCg", solver: () => newtonCg(never), rivals: ["scipy Newton-CG"] },
  {
    name: "levenbergMarquardt, thresholds",
    solver: () => levenbergMarquardt({ adaptation: "thresholds", ...never }),
    rivals: ["optimistix levenbergMarquardt"],
  },
  {
    name: "levenbergMarquardt",
    solver: () => levenbergMarquardt(never),
    rivals: ["optimistix levenbergMarquardt", "minpack lm"],
  },
  {
    name: "levenbergMarquardt, columns",
    solver: () => levenbergMarquardt({ scaling: "columns", damping: 1e-3, ...never }),
    rivals: ["minpack lm"],
  },
  {
    name: "nelderMead",
    solver: () => nelderMead({ spreadTolerance: 0, sizeTolerance: 0, maxEvaluations: LIMIT }),
    rivals: ["scipy Nelder-Mead"],
  },
  ...CMA_SEEDS.map((seed) => ({
    name: `cmaEs seed ${seed}`,
    solver: () => cmaEs({ sigma: 0.5, seed, spreadTolerance: 0, sizeTolerance: 0, maxEvaluations: LIMIT }),
    rivals: [`cma seed ${seed}`],
  })),
];

/**
 * Loss after each evaluation of a solver.
 * @param solver
 * @param {{ start: readonly number[], residual: Function }} standard
 * @returns {Promise<readonly number[]>}
 */
async function historyOf(solver, standard) {
  const problem = leastSquaresProblem(standard.residual, standard.start);
  const history = [];
  const watched = {
    ...problem,
    value: async (x) => seen(await problem.value(x), (value) => value),
    valueAndGradient: async (x) => seen(await problem.valueAndGradient(x), ({ value }) => value),
    residual: async (x) => seen(await problem.residual(x), (r) => r.reduce((sum, entry) => sum + entry * entry, 0) / 2),
  };
  const seen = (result, lossOf) => {
    history.push(lossOf(result));
    return result;
  };
  let state = await solver.init(watched, problem.start);
  while (solver.done(state, problem.counts) === null) state = await solver.step(watched, state);
  return history;
}

/**
 * Evaluations until a history is down.
 * @param {readonly number[]} history
 * @returns {{ least: number, evaluations: number }}
 */
function reached(history) {
  const finite = history.filter(Number.isFinite);
  const least = Math.min(...finite);
  const target = least + 1e-8 * (history[0] - least);
  return { least, evaluations: history.findIndex((loss) => loss <= target) + 1 };
}

const rows = [];
for (const { name, solver, rivals } of contests) {
  for (const standard of standardProblems) {
    const ours = reached(await historyOf(solver(), standard));
    const row = counts.find(({ problem }) => problem === standard.name);
    for (const rival of rivals) {
      const theirs = row.rivals[rival];
      if (theirs.evaluations === null) continue;
      const same = Math.abs(ours.least - theirs.least) <= 1e-6 * (row.first - Math.min(ours.least, theirs.least));
      rows.push({
        solver: name,
        rival,
        problem: standard.name,
        ours,
        theirs,
        same,
        ratio: ours.evaluations / theirs.evaluations,
      });
    }
  }
}

const cell = ({ evaluations, least }) => [String(evaluations), least.toExponential(2)];
console.log(
  layOut(
    ["solver", "rival", "problem", "ours", "least", "theirs", "least", "ratio"],
    rows.map((row) => [
      row.solver,
      row.rival,
      row.problem,
      ...cell(row.ours),
      ...cell(row.theirs),
      row.same ? row.ratio.toFixed(2) : row.ours.least < row.theirs.least ? "lower" : "higher",
    ]),
    3,
  ),
);

const groups = group(rows);
console.log(
  `\n${layOut(
    [
      "solver / rival",
      "problems",
      "same minimum",
      "lower",
      "higher",
      "total ours",
      "total theirs",
      "ratio of totals",
      "mean ratio",
    ],
    Object.entries(groups).map(([name, members]) => {
      const same = members.filter((row) => row.same);
      const total = (side) => same.reduce((sum, row) => sum + row[side].evaluations, 0);
      const mean = Math.exp(same.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / same.length);
      const other = members.filter((row) => !row.same);
      return [
        name,
        String(members.length),
        String(same.length),
        String(other.filter((row) => row.ours.least < row.theirs.least).length),
        String(other.filter((row) => row.ours.least > row.theirs.least).length),
        String(total("ours")),
        String(total("theirs")),
        (total("ours") / total("theirs")).toFixed(2),
        mean.toFixed(2),
      ];
    }),
    1,
  )}`,
);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);

/**
 * Rows by solver and rival.
 * @param {readonly { solver: string, rival: string }[]} all
 * @returns {Record<string, typeof all>}
 */
function group(all) {
  const result = {};
  for (const row of all) (result[`${row.solver} / ${row.rival}`] ??= []).push(row);
  return result;
}
