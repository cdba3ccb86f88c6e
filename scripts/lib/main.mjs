import { Problem } from "./problem.mjs";

const oldestNode = [20, 19];

/**
 * Runs a script: answers `--help`, refuses a Node that is too old, and turns a `Problem` into one sentence.
 *
 * @param {string | undefined} help what `--help` prints; undefined leaves `--help` to the body
 * @param {(args: string[]) => Promise<number | void>} body gets the command line; its number is the exit status
 */
export const main = async (help, body) => {
  const args = process.argv.slice(2);
  if (help !== undefined && (args.includes("--help") || args.includes("-h"))) {
    process.stdout.write(`${help.trim()}\n`);
    return;
  }
  try {
    checkNode();
    process.exitCode = (await body(args)) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof Problem)) throw error;
    if (error.details !== "") process.stderr.write(`\n${error.details.trimEnd()}\n`);
    process.stderr.write(`\n${error.message}\n`);
  }
};

/**
 * Takes `--name value` or `--name=value` out of `args`.
 *
 * @param {string[]} args changed in place
 * @param {string} name with its dashes
 * @returns {string | undefined} the value
 */
export const takeOption = (args, name) => {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at < 0) return undefined;
  const [arg] = args.splice(at, 1);
  if (arg.includes("=")) return arg.slice(name.length + 1);
  if (at === args.length) throw new Problem(`The option ${name} needs a value.`);
  return args.splice(at, 1)[0];
};

/** Takes `--name` out of `args`, and says whether it stood there. */
export const takeFlag = (args, name) => {
  const at = args.indexOf(name);
  if (at < 0) return false;
  args.splice(at, 1);
  return true;
};

/** Refuses what no option has taken. */
export const noMoreArguments = (args) => {
  if (args.length > 0)
    throw new Problem(`This command does not know ${JSON.stringify(args[0])}; --help lists what it takes.`);
};

const checkNode = () => {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const tooOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  if (tooOld) {
    throw new Problem(
      `simgrad needs Node ${oldestNode.join(".")} or newer, and this is ${process.versions.node}: install a newer Node and run the command again.`,
    );
  }
};
