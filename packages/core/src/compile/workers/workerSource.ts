/** Words (int32) of a job's control block. */
export const control = {
  status: 0,
  abort: 1,
  progress: 2,
  failure: 3,
  textLength: 4,
  words: 8,
  textBytes: 1024,
} as const;

/** Values of `status`: while a job runs, and how it ended. */
export const jobStatus = { running: 0, done: 1, failed: 2, aborted: 3 } as const;

/** Fuel of a slice in a worker: between two slices it looks whether the job was aborted. */
const sliceFuel = 5_000_000;

/**
 * What a worker runs. It stands here as text, because a worker of a bundled program, or one in a notebook, has no file to start from.
 * It knows nothing of the compiler: a program is a module, and a table of what lies where (`PortableProgram`).
 */
export const workerSource: string = `
"use strict";
const { parentPort } = require("node:worker_threads");
const kinds = { float64: Float64Array, float32: Float32Array, int32: Int32Array, uint32: Uint32Array, bool: Uint8Array };
const programs = new Map();
parentPort.on("message", (job) => {
  const words = new Int32Array(job.control, 0, ${control.words});
  let status = ${jobStatus.done};
  try {
    let known = programs.get(job.key);
    if (known === undefined) {
      const { memory, run } = new WebAssembly.Instance(job.program.module).exports;
      known = { memory, run, program: job.program, heapTop: job.program.heapStart };
      programs.set(job.key, known);
    }
    const { memory, run, program } = known;
    const view = ({ dtype, address, length }) => new kinds[dtype](memory.buffer, address, length);
    const state = new Int32Array(memory.buffer);
    state.fill(0, 0, program.stateEnd >> 2);
    state[program.heapTopAddress >> 2] = known.heapTop;
    for (const address of program.growableRows) state[address >> 2] = 0;
    program.inputs.forEach((input, i) => view(input).set(new kinds[input.dtype](job.data, job.inputs[i], input.length)));
    while (run(${sliceFuel}) !== 0) {
      if (Atomics.load(words, ${control.abort}) !== 0) { status = ${jobStatus.aborted}; break; }
      const after = new Int32Array(memory.buffer);
      const total = program.loop === null ? 0 : after[(program.loop + 8) >> 2];
      if (total > 0) Atomics.store(words, ${control.progress}, Math.floor(1000 * after[(program.loop + 4) >> 2] / total));
    }
    const ended = new Int32Array(memory.buffer);
    known.heapTop = ended[program.heapTopAddress >> 2] >>> 0;
    Atomics.store(words, ${control.failure}, ended[program.failureAddress >> 2]);
    program.outputs.forEach((output, i) => new kinds[output.dtype](job.data, job.outputs[i], output.length).set(view(output)));
  } catch (error) {
    status = ${jobStatus.failed};
    programs.delete(job.key);
    const text = new TextEncoder().encode(String(error && error.message || error)).slice(0, ${control.textBytes});
    new Uint8Array(job.control, ${4 * control.words}).set(text);
    Atomics.store(words, ${control.textLength}, text.length);
  }
  Atomics.store(words, ${control.status}, status);
  Atomics.notify(words, ${control.status});
});
`;
