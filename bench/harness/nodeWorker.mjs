/**
 * Worker side of the bench protocol for contenders in Node: JSON lines on standard input and output, as in
 * `peers/serve.py`. Started as `node --expose-gc nodeWorker.mjs CONTENDER.mjs`.
 */

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

/**
 * What a contender's module exports as `start(request)`: inputs in place, nothing of the work done.
 * @template T
 * @typedef {object} Started
 * @property {() => T | Promise<T>} call Does the whole work; whatever it compiles, it compiles in the first call and keeps.
 * @property {(value: T) => Record<string, number | number[]>} read Turns a call's value into plain numbers.
 */

const { start } = await import(pathToFileURL(process.argv[2] ?? "").href);

/**
 * The work, once its inputs are in place.
 * @type {Started<unknown> | undefined}
 */
let started;
/**
 * What the last call gave.
 * @type {unknown}
 */
let value;

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = await answerTo(JSON.parse(line));
  } catch (error) {
    answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/**
 * Does what one request asks.
 * @param {{ do: string, calls?: number }} request
 * @returns {Promise<object>} The answer.
 */
async function answerTo(request) {
  if (request.do === "start") {
    started = await start(request);
    // So that what importing left behind is not counted as memory that the work may fill for nothing.
    globalThis.gc?.();
    return {};
  }
  if (started === undefined) throw new Error(`"${request.do}" came before "start"`);
  switch (request.do) {
    case "first":
      return { ms: await timed(started.call, 1) };
    case "hot":
      await started.call();
      return { ms: await timed(started.call, request.calls ?? 1) };
    case "result":
      return { result: started.read(value) };
    default:
      throw new Error(`unknown request "${request.do}"`);
  }
}

/**
 * Mean milliseconds of `calls` calls in a row; the last one's value is kept.
 * @param {() => unknown} call
 * @param {number} calls
 * @returns {Promise<number>} Milliseconds a call.
 */
async function timed(call, calls) {
  const begin = performance.now();
  for (let i = 0; i < calls; i++) {
    const given = call();
    // Work that is done at once does not go through the queue.
    value = given instanceof Promise ? await given : given;
  }
  return (performance.now() - begin) / calls;
}
