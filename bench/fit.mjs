/**
 * Question: how many evaluations of a misfit with its gradient, and how much time, does an inversion for 1000 speeds take,
 * against optax's L-BFGS in JAX on the CPU?
 *
 * Work W1: the wave of wave.mjs, the loss half the squared 2-norm of the difference of the final fields, from c = 0.85 to 1
 * towards the field of c from 0.9 to 1, until the root mean square of the speeds' error is at most 2e-4. Both sides remember
 * 20 pairs and work on z in c = c0 + (I - l^2 D2)^-1 z, l = 0.1, D2 the second difference with Neumann ends. An evaluation is
 * a loss with its gradient; those of the line search count, and so does the one at the start.
 *
 * Both rows come from the same fits. Nobody knows the truth but the bench, which stops both sides by it: the rows compare
 * ways down the same loss, not ways to know when to stop.
 */

import { fileURLToPath } from "node:url";
import { norm } from "./harness/compare.mjs";
import { measure } from "./harness/measure.mjs";
import { ensureVenv } from "./harness/python.mjs";
import { bench as wave } from "./wave.mjs";

const DTYPES = ["float64"];
/** A fit takes seconds: the nine rounds of a short call would take a quarter of an hour. */
const ROUNDS = 3;
/** Error of the speeds, root mean square, at which a fit is done. */
const GOAL = 2e-4;
/** Evaluations after which a fit that has not come there is given up. */
const LIMIT = 500;
/**
 * Error, root mean square and also relative between two sides, above which a result is wrong. The start's is 3e-2. It is wider
 * than the goal so that a rival that falls short stands in its row, with a note.
 */
const TOLERANCE = { float64: 2e-3 };

/**
 * What every contender gets.
 * @typedef {import("./wave.mjs").WaveInput & {
 *   truth: readonly number[], memory: number, length: number, goal: number, limit: number
 * }} FitInput
 */

/** The work that is measured; the other one is read off its results. */
const TIME = inversion("W1 fit time", "ms");
const EVALUATIONS = inversion("W1 fit evaluations", "evaluations");

const OUR_VARIANTS = [{ name: "default" }];
const OPTAX_VARIANTS = [{ name: "tridiagonal" }, { name: "dense inverse" }];

/**
 * The bench, as the harness takes it.
 * @type {import("./harness/measure.mjs").Bench}
 */
export const bench = {
  name: "fit",
  question: "an inversion for 1000 speeds by L-BFGS in a Sobolev metric, until their error is at most 2e-4",
  works: [EVALUATIONS, TIME],
  contenders: [
    {
      name: "ours",
      prepare: () => ({
        file: process.execPath,
        args: ["--expose-gc", path("harness/nodeWorker.mjs"), path("ours/fit.mjs")],
      }),
      variants: { [TIME.name]: OUR_VARIANTS, [EVALUATIONS.name]: OUR_VARIANTS },
    },
    {
      name: "jax+optax",
      prepare: (log) => ({
        file: ensureVenv(path("../.cache/bench-venv"), path("peers/requirements.txt"), log),
        args: [path("peers/jax_fit.py")],
        env: { JAX_PLATFORMS: "cpu", JAX_ENABLE_COMPILATION_CACHE: "false" },
      }),
      variants: { [TIME.name]: OPTAX_VARIANTS, [EVALUATIONS.name]: OPTAX_VARIANTS },
    },
  ],
  measure: measureFits,
};

/**
 * Figures of the fits of one run of the bench, by dtype: both works want them.
 * @type {Map<string, Promise<readonly import("./harness/measure.mjs").Figures[]>>}
 */
const fits = new Map();

/**
 * Measures the fits once, and takes from them what the work asks for.
 * @param {Parameters<typeof measure>[0]} options
 * @returns {Promise<readonly import("./harness/measure.mjs").Figures[]>}
 */
async function measureFits(options) {
  const { work, dtype } = options;
  if (!fits.has(dtype)) fits.set(dtype, measure({ ...options, work: TIME, rounds: ROUNDS }));
  return (await fits.get(dtype)).map((entry) => {
    const { evaluations, rmse, speed } = entry.result;
    const short = rmse <= GOAL ? undefined : `comes to rmse ${rmse.toExponential(2)} in ${evaluations} evaluations`;
    const isOurs = entry.contender === "ours";
    return {
      ...entry,
      // A fit takes the same evaluations the first time and the last: that both end at the same speeds was checked.
      ...(work === EVALUATIONS ? { hot: evaluations, first: evaluations } : {}),
      result: { speed },
      problems: isOurs && short !== undefined ? [...entry.problems, short] : entry.problems,
      ...(isOurs || short === undefined ? {} : { note: short }),
    };
  });
}

/**
 * A work on the inputs of the wave's.
 * @param {string} name
 * @param {string} unit
 * @returns {import("./harness/measure.mjs").Work}
 */
function inversion(name, unit) {
  return {
    name,
    unit,
    dtypes: DTYPES,
    input,
    tolerance: TOLERANCE,
    checks: ({ speed }, dtype) => [
      { name: "rmse of the speeds", got: rmseOf(speed), expected: 0, tolerance: TOLERANCE[dtype] },
    ],
  };
}

/**
 * The numbers that every contender gets.
 * @param {string} dtype
 * @returns {FitInput}
 */
function input(dtype) {
  const given = wave.works[0].input(dtype);
  return { ...given, truth: truth(given.cells), memory: 20, length: 0.1, goal: GOAL, limit: LIMIT };
}

/**
 * The speeds that the target field was made with.
 * @param {number} cells
 * @returns {number[]}
 */
function truth(cells) {
  return Array.from({ length: cells }, (_, i) => 0.9 + (0.1 * i) / (cells - 1));
}

/**
 * Root mean square of the speeds' error.
 * @param {readonly number[]} speed
 * @returns {number}
 */
function rmseOf(speed) {
  const expected = truth(speed.length);
  return norm(speed.map((value, i) => value - expected[i])) / Math.sqrt(speed.length);
}

/**
 * Path of something beside this file.
 * @param {string} relative
 * @returns {string}
 */
function path(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}
