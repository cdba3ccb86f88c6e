/**
 * The measurement itself: for one work and dtype, all contenders in one run, turn by turn.
 */

import { relativeDifference } from "./compare.mjs";
import { median } from "./statistics.mjs";
import { startWorker } from "./worker.mjs";

/**
 * One process of a contender.
 * @typedef {import("./worker.mjs").Worker} Worker
 */

/**
 * Numbers of a call.
 * @typedef {import("./compare.mjs").Result} Result
 */

/** Fresh processes whose first calls are measured; the last of them stays for the hot rounds. */
const FRESH = 3;
/** Untimed calls before the hot rounds go on for so long, so that every engine has its optimised code. */
const WARM_UP_MS = 400;
/** A hot round is as many calls as fill this time, so that the clock and the first call's cold caches do not count. */
const ROUND_MS = 25;

/**
 * A work of a bench: what every contender has to do, and how its result is checked.
 * @typedef {object} Work
 * @property {string} name As in the rows.
 * @property {readonly string[]} dtypes
 * @property {string} [unit] Of its figures; `ms` when left out.
 * @property {(dtype: string) => object} input What every contender gets: numbers and arrays of numbers.
 * @property {Readonly<Record<string, number>>} tolerance By dtype: relative difference allowed between two contenders.
 * @property {(result: Result, dtype: string) => readonly Check[]} checks Against known truth.
 * @property {Readonly<Record<string, number>>} [rivalTolerance] In the place of `tolerance`, for rivals that are known to be less exact.
 * @property {(result: Result, dtype: string) => number} [error] Relative error against known truth; it stands in the row.
 * @property {Readonly<Record<string, Goal>>} [goals] By rival.
 */

/**
 * Highest ratios aimed at, ours to the rival's.
 * @typedef {object} Goal
 * @property {number} [ratio] Of hot calls.
 * @property {number} [first] Of first calls.
 * @property {number} [memory] Of peaks.
 */

/**
 * A number that is known beforehand.
 * @typedef {object} Check
 * @property {string} name
 * @property {number} got
 * @property {number} expected
 * @property {number} tolerance Absolute.
 */

/**
 * One way of a contender to do a work.
 * @typedef {object} Variant
 * @property {string} name
 * @property {boolean} [aside] Measured and shown, but never the one that stands in a row.
 */

/**
 * One side of the comparison.
 * @typedef {object} Contender
 * @property {string} name As in the rows; `ours` is ours.
 * @property {(log: (line: string) => void) => import("./worker.mjs").Command} prepare Builds what is needed.
 * @property {Readonly<Record<string, readonly Variant[]>>} variants By work; the fastest that is not aside stands in a row.
 */

/**
 * A bench: one question, its works and its contenders.
 * @typedef {object} Bench
 * @property {string} name
 * @property {string} question
 * @property {readonly Work[]} works
 * @property {readonly Contender[]} contenders
 * @property {(options: Parameters<typeof measure>[0]) => Promise<readonly Figures[]>} [measure] In place of `measure`.
 */

/**
 * Figures of one variant of one contender.
 * @typedef {object} Figures
 * @property {string} contender
 * @property {string} variant
 * @property {boolean} aside
 * @property {number} hot Milliseconds, median of the rounds.
 * @property {number} first Milliseconds, median over fresh processes.
 * @property {number | null} peakMb
 * @property {Result} result
 * @property {readonly string[]} problems What is wrong with its results.
 * @property {string} [note] What it did not do, where that is no mistake: it stands beside its figures.
 */

/**
 * Measures one work in one dtype.
 * @param {object} options
 * @param {Work} options.work
 * @param {string} options.dtype
 * @param {readonly { contender: Contender, command: import("./worker.mjs").Command }[]} options.entrants
 * @param {number} options.rounds Hot rounds.
 * @param {(line: string) => void} options.log
 * @returns {Promise<readonly Figures[]>} One entry for each variant of each contender.
 */
export async function measure({ work, dtype, entrants, rounds, log }) {
  const input = work.input(dtype);
  const runs = entrants.flatMap(({ contender, command }) =>
    (contender.variants[work.name] ?? []).map((variant) =>
      makeRun(contender.name, variant, () =>
        startWorker(
          command,
          { work: work.name, dtype, variant: variant.name, input },
          `${contender.name} (${variant.name}), ${work.name}, ${dtype}`,
        ),
      ),
    ),
  );

  try {
    log("first calls");
    for (let fresh = 0; fresh < FRESH; fresh++) {
      for (const run of runs) {
        await run.worker?.stop();
        run.worker = undefined;
        run.worker = await run.start();
        run.firsts.push(await run.worker.first());
      }
    }
    for (const run of runs) if (run.worker) run.results.push(await run.worker.result());

    log("warm-up");
    for (const run of runs) if (run.worker) run.calls = await warmUp(run.worker);
    log(`${rounds} rounds`);
    for (let round = 0; round < rounds; round++) {
      // Another begins each time, so that nobody always runs after the same neighbour.
      for (let turn = 0; turn < runs.length; turn++) {
        const run = runs[(round + turn) % runs.length];
        if (run?.worker) run.hots.push(await run.worker.hot(run.calls));
      }
    }

    const figures = [];
    for (const run of runs) {
      if (!run.worker) continue;
      const peakMb = run.worker.peakMb();
      run.results.push(await run.worker.result());
      figures.push({
        contender: run.contender,
        variant: run.variant.name,
        aside: run.variant.aside ?? false,
        hot: median(run.hots),
        first: median(run.firsts),
        peakMb,
        result: run.results[run.results.length - 1] ?? {},
        problems: problemsOf(run.results, work, dtype, run.contender === "ours"),
      });
    }
    return figures;
  } finally {
    await Promise.all(runs.map((run) => run.worker?.stop()));
  }
}

/**
 * What is gathered of one variant of one contender.
 * @typedef {object} Run
 * @property {string} contender
 * @property {Variant} variant
 * @property {() => Promise<Worker>} start A fresh process.
 * @property {Worker | undefined} worker
 * @property {number} calls In a hot round.
 * @property {number[]} firsts Milliseconds.
 * @property {number[]} hots Milliseconds.
 * @property {Result[]} results Of the first call and of the last.
 */

/**
 * A run of which nothing is gathered yet.
 * @param {string} contender
 * @param {Variant} variant
 * @param {() => Promise<Worker>} start
 * @returns {Run}
 */
function makeRun(contender, variant, start) {
  return { contender, variant, start, worker: undefined, calls: 1, firsts: [], hots: [], results: [] };
}

/**
 * Runs until optimised code can be expected.
 * @param {Worker} worker
 * @returns {Promise<number>} Calls that fill a round.
 */
async function warmUp(worker) {
  const begin = performance.now();
  let once = await worker.hot(1);
  while (performance.now() - begin < WARM_UP_MS) once = Math.min(once, await worker.hot(1));
  return Math.max(1, Math.ceil(ROUND_MS / once));
}

/**
 * What is wrong with a contender's results, taken alone: its first and its last are the same work, and truth is known.
 * @param {readonly Result[]} results
 * @param {Work} work
 * @param {string} dtype
 * @param {boolean} exact Whether all calls must give the same bits: ours must, a rival may schedule as it likes.
 * @returns {readonly string[]}
 */
function problemsOf(results, work, dtype, exact) {
  const [first, last] = results;
  if (first === undefined || last === undefined) return ["no result"];
  const problems = work
    .checks(last, dtype)
    .filter(({ got, expected, tolerance }) => !(Math.abs(got - expected) <= tolerance))
    .map(({ name, got, expected, tolerance }) => `${name} is ${got}, not ${expected} to ${tolerance}`);
  const drift = relativeDifference(first, last);
  if (drift > (exact ? 0 : (work.tolerance[dtype] ?? 0))) problems.push(`first and last call differ by ${drift}`);
  return problems;
}
