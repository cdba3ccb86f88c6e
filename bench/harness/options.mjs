import { parseArgs } from "node:util";

/**
 * What the command line asks for.
 * @typedef {object} Options
 * @property {string | undefined} bench
 * @property {string | undefined} json
 * @property {number} rounds
 * @property {readonly string[]} only Names of rivals; empty for all.
 * @property {string | undefined} work Part of a work's name.
 * @property {string | undefined} dtype
 * @property {boolean} rivalsAlone
 * @property {boolean} help
 */

/** Fewest hot rounds whose median is taken for a figure. */
export const FEWEST_ROUNDS = 9;

/** Text for --help, below the list of benches. */
export const USAGE = `Usage: npm run bench -- BENCH [options]      (or: node bench/run.mjs BENCH [options])
       npm run bench -- report              writes bench/report.md from the rows in bench/results/

Options:
  --json FILE      write the rows to FILE as well
  --rounds N       hot rounds, at least ${FEWEST_ROUNDS} (default ${FEWEST_ROUNDS})
  --only RIVAL     only this rival (may be given several times)
  --work TEXT      only works whose name contains TEXT
  --dtype DTYPE    only this dtype
  --rivals-alone   leave ourselves out: figures of the rivals, no rows
  --help           this text

Exit code: 0 when all results agree, 1 when one does not or a contender fails, 2 for a wrong command line.`;

/**
 * Reads the command line.
 * @param {readonly string[]} args Behind the script's name.
 * @returns {Options}
 * @throws {UsageError} For an unknown option or a bad value.
 */
export function readOptions(args) {
  const { values, positionals } = parsed(args);
  const rounds = Number(values.rounds ?? FEWEST_ROUNDS);
  if (!Number.isInteger(rounds) || rounds < FEWEST_ROUNDS) {
    throw new UsageError(`--rounds is ${values.rounds}; it must be a whole number, ${FEWEST_ROUNDS} or more`);
  }
  if (positionals.length > 1) throw new UsageError(`one bench at a time, not ${positionals.join(" and ")}`);
  return {
    bench: positionals[0],
    json: values.json,
    rounds,
    only: values.only ?? [],
    work: values.work,
    dtype: values.dtype,
    rivalsAlone: values["rivals-alone"] ?? false,
    help: values.help ?? false,
  };
}

/** A command line that cannot be followed. */
export class UsageError extends Error {}

/**
 * Splits the command line.
 * @param {readonly string[]} args Behind the script's name.
 * @returns What node:util finds in it.
 */
function parsed(args) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "string" },
        rounds: { type: "string" },
        only: { type: "string", multiple: true },
        work: { type: "string" },
        dtype: { type: "string" },
        "rivals-alone": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
