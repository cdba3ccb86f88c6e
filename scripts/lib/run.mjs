import { spawn } from "node:child_process";
import { root } from "./paths.mjs";
import { Problem } from "./problem.mjs";

// The escape sequences by which tools colour a terminal.
const colours = /\u001b\[[0-9;]*m/g;

/**
 * Runs a command without a shell and keeps what it prints.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: Record<string, string | undefined>, show?: boolean}} [options] `show`: its output goes straight to the terminal
 * @returns {Promise<{status: number, output: string}>} `output`: stdout and stderr as they came
 */
export const capture = (command, args, { cwd = root, env = {}, show = false } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk) => {
      output += chunk.toString();
    };
    const forward = (signal) => child.kill(signal);
    process.once("SIGTERM", forward);
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const done = (result) => {
      process.off("SIGTERM", forward);
      resolve(result);
    };
    child.on("error", (error) => done({ status: 127, output: `${output}${error.message}\n` }));
    child.on("close", (code, signal) =>
      done({ status: code ?? (signal === null ? 1 : 130), output: output.replace(colours, "") }),
    );
  });

/** Runs a command that must succeed; else its output and one sentence become a `Problem`. */
export const run = async (command, args, { failure, ...options } = {}) => {
  const { status, output } = await capture(command, args, options);
  if (status !== 0)
    throw new Problem(failure ?? `${command} ${args.join(" ")} ended with status ${status}.`, lastLines(output, 80));
  return output;
};

/** Runs a JavaScript file with the Node that runs this script. */
export const runNode = (file, args, options) => run(process.execPath, [file, ...args], options);

/** The same as `runNode`, for a command that may fail. */
export const captureNode = (file, args, options) => capture(process.execPath, [file, ...args], options);

const lastLines = (text, count) => {
  const lines = text.trimEnd().split("\n");
  return lines.length <= count
    ? lines.join("\n")
    : [`(the first ${lines.length - count} lines are left out)`, ...lines.slice(-count)].join("\n");
};
