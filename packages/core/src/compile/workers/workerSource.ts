/** Words (int32) of a job's control block; a text follows them. */
export const control = {
  status: 0,
  abort: 1,
  progress: 2,
  /** As a program's memory has it: the number of the first failed check plus one, or `outOfMemory`. */
  failure: 3,
  textLength: 4,
  words: 8,
  textBytes: 1024,
} as const;

/** Values of `status`: while a job waits or runs, and how it ended. */
export const jobStatus = { running: 0, done: 1, failed: 2, noMemory: 3, aborted: 4 } as const;

/** Words (int32) that a thread shares with its pool: what it counts while it works, and whether it has ended. */
export const threadWords = { beats: 0, ended: 1, words: 2 } as const;

/** Fuel of a slice in a worker: between two slices it looks whether the job was aborted. */
const sliceFuel = 5_000_000;

/** Instances that a worker keeps for later jobs, the last one in any case: so many, and so much memory together. */
const mostInstances = 64;
const mostInstanceBytes = 2 ** 28;

/**
 * What a worker runs. It stands here as text, because a worker of a bundled program, or one in a notebook, has no file to start from.
 * It knows nothing of the compiler: a program is a module, and a table of what lies where (`PortableProgram`).
 */
export const workerSource: string = `
"use strict";
const { parentPort, workerData } = require("node:worker_threads");
const kinds = { float64: Float64Array, float32: Float32Array, int32: Int32Array, uint32: Uint32Array, bool: Uint8Array };
const thread = new Int32Array(workerData);
const instances = new Map();
let words = null;

function end(status, text) {
  const bytes = new TextEncoder().encode(text).slice(0, ${control.textBytes});
  new Uint8Array(words.buffer, ${4 * control.words}).set(bytes);
  Atomics.store(words, ${control.textLength}, bytes.length);
  Atomics.store(words, ${control.status}, status);
  Atomics.notify(words, ${control.status});
  words = null;
}

function instanceOf(key, program) {
  let known = instances.get(key);
  if (known === undefined) {
    const { memory, run } = new WebAssembly.Instance(program.module).exports;
    known = { memory, run, heapTop: program.heapStart };
  }
  // most recently used last
  instances.delete(key);
  instances.set(key, known);
  return known;
}

function forgetOldest() {
  let bytes = 0;
  for (const { memory } of instances.values()) bytes += memory.buffer.byteLength;
  for (const [key, { memory }] of instances) {
    if (instances.size <= 1 || (instances.size <= ${mostInstances} && bytes <= ${mostInstanceBytes})) break;
    bytes -= memory.buffer.byteLength;
    instances.delete(key);
  }
}

function runJob({ key, program, data, inputs, outputs }) {
  const known = instanceOf(key, program);
  const { memory, run } = known;
  const view = ({ dtype, address, length }) => new kinds[dtype](memory.buffer, address, length);
  const state = new Int32Array(memory.buffer);
  state.fill(0, 0, program.stateEnd >> 2);
  state[program.heapTopAddress >> 2] = known.heapTop;
  for (const address of program.growableRows) state[address >> 2] = 0;
  program.inputs.forEach((input, i) => view(input).set(new kinds[input.dtype](data, inputs[i], input.length)));
  let isDone = false;
  try {
    while (Atomics.load(words, ${control.abort}) === 0 && !(isDone = run(${sliceFuel}) === 0)) {
      Atomics.add(thread, ${threadWords.beats}, 1);
      const after = new Int32Array(memory.buffer);
      const total = program.steps === null ? 0 : after[program.steps.total >> 2];
      if (total > 0) Atomics.store(words, ${control.progress}, Math.floor(1000 * after[program.steps.done >> 2] / total));
    }
  } finally {
    const ended = new Int32Array(memory.buffer);
    known.heapTop = ended[program.heapTopAddress >> 2] >>> 0;
    Atomics.store(words, ${control.failure}, ended[program.failureAddress >> 2]);
  }
  if (!isDone) return ${jobStatus.aborted};
  program.outputs.forEach((output, i) => new kinds[output.dtype](data, outputs[i], output.length).set(view(output)));
  return ${jobStatus.done};
}

parentPort.on("message", (job) => {
  words = new Int32Array(job.control, 0, ${control.words});
  Atomics.add(thread, ${threadWords.beats}, 1);
  let status;
  let text = "";
  try {
    status = runJob(job);
  } catch (error) {
    instances.delete(job.key);
    status = error instanceof RangeError ? ${jobStatus.noMemory} : ${jobStatus.failed};
    text = String(error && error.message || error);
  }
  forgetOldest();
  end(status, text);
});

process.on("exit", () => {
  Atomics.store(thread, ${threadWords.ended}, 1);
  if (words !== null) end(${jobStatus.failed}, "the thread ended");
});
`;
