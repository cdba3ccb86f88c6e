import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { readMemory, resetPeak } from "./memory.mjs";

const MB = 1024 * 1024;

/**
 * How to start a contender's process.
 * @typedef {object} Command
 * @property {string} file
 * @property {readonly string[]} args
 * @property {Readonly<Record<string, string>>} [env] Added to the environment.
 */

/**
 * One process of one contender, spoken to in JSON lines.
 * @typedef {object} Worker
 * @property {() => Promise<number>} first Milliseconds of the first call; starts the count of memory.
 * @property {(calls: number) => Promise<number>} hot Milliseconds a call, over `calls` calls after one untimed.
 * @property {() => Promise<Record<string, number | number[]>>} result Numbers of the last call.
 * @property {() => number | null} peakMb High-water mark of memory since the first call began, less the memory before it
 *   (null where the system does not tell).
 * @property {() => Promise<void>} stop Ends the process.
 */

/**
 * Starts a process, sends it `start`, and waits until it is ready.
 * @param {Command} command
 * @param {object} start Members of the `start` request.
 * @param {string} label Name for error messages.
 * @returns {Promise<Worker>} The worker, before its first call.
 */
export async function startWorker(command, start, label) {
  const child = spawn(command.file, [...command.args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...command.env },
  });
  let errors = "";
  child.stderr.on("data", (chunk) => (errors = (errors + chunk).slice(-4000)));
  child.stdin.on("error", () => {}); // a process that died is reported by its end, below
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let before = 0;

  /**
   * Sends one request.
   * @param {object} message
   * @returns {Promise<any>} The answer.
   */
  const request = async (message) => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    const line = await lines.next();
    if (line.done) throw new Error(`${label}: no answer, ${await ended}\n${errors}`);
    const answer = parse(line.value, label);
    if (answer.error !== undefined) throw new Error(`${label}: ${answer.error}`);
    return answer;
  };

  const stop = async () => {
    child.stdin.end();
    await ended;
  };

  try {
    await request({ do: "start", ...start });
  } catch (error) {
    child.kill();
    await ended;
    throw error;
  }
  return {
    first: async () => {
      resetPeak(child.pid);
      before = readMemory(child.pid)?.now ?? 0;
      return (await request({ do: "first" })).ms;
    },
    hot: async (calls) => (await request({ do: "hot", calls })).ms,
    result: async () => (await request({ do: "result" })).result,
    peakMb: () => {
      const memory = readMemory(child.pid);
      return memory === null ? null : Math.max(0, memory.peak - before) / MB;
    },
    stop,
  };
}

/**
 * Reads a line of a worker.
 * @param {string} line
 * @param {string} label
 * @returns {any} The answer.
 */
function parse(line, label) {
  try {
    return JSON.parse(line);
  } catch {
    // Such as nan in a result, which JSON does not have.
    throw new Error(`${label}: its answer is not JSON: ${line.slice(0, 200)}`);
  }
}
