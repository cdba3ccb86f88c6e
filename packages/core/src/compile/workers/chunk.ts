import { byteSize, type DType, type TypedArray } from "../../util/dtype.js";
import { NumericalError, UnsupportedError, type SimgradError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import type { Executable, PortableProgram } from "../../backends/backend.js";
import { recordsTooMuch } from "../../backends/wasm/executable.js";
import { outOfMemory } from "../../backends/wasm/layout.js";
import type { PoolWorker } from "./pool.js";
import { control, jobStatus } from "./workerSource.js";

/** The program of a chunk of elements. */
export interface ChunkProgram {
  readonly executable: Executable;
  /** Whether it runs in a worker; a backend whose programs are no data runs it in place. */
  readonly inWorker: boolean;
  /** Begins in a worker, or in place where that is null. */
  start(inputs: readonly TypedArray[], worker: PoolWorker | null): ChunkRun;
}

/** A chunk that runs. */
export interface ChunkRun {
  /**
   * Whether it has ended, waiting at most so long for a worker.
   * @throws UnsupportedError where the worker ended, or had no memory.
   */
  advance(fuel: number, waitMs: number): boolean;
  /**
   * The results; views that hold until `dispose`, or copies.
   * @throws NumericalError where a `check` of the program did not hold.
   */
  outputs(): readonly TypedArray[];
  progress(): number;
  dispose(): void;
}

/** Shared buffers that are kept for later runs, so much of them. */
const mostFree = 4;
const mostFreeBytes = 2 ** 28;
/** Longest wait before a worker is looked after, and its longest silence: a slice takes some 10 ms, one huge nest a few seconds. */
const lookMs = 1000;
const silenceMs = 300_000;

let programs = 0;

/** Makes a compiled program one that a worker runs, if it is data. */
export function chunkProgram(executable: Executable): ChunkProgram {
  const { portable } = executable;
  if (portable === undefined) return { executable, inWorker: false, start: (inputs) => executable.start(inputs) };
  const key = programs++;
  const { messages, ...program } = portable;
  const { inputPlaces, outputPlaces, bytes } = placesIn(portable);
  const free: SharedArrayBuffer[] = [];
  return {
    executable,
    inWorker: true,
    start(inputs, given) {
      const worker = present(given, "a worker");
      const data = free.pop() ?? sharedMemory(Math.max(16, bytes));
      const block = new SharedArrayBuffer(4 * control.words + control.textBytes);
      const words = new Int32Array(block, 0, control.words);
      portable.inputs.forEach(({ dtype, length }, i) => {
        viewOf(dtype, data, present(inputPlaces[i], "place"), length).set(present(inputs[i], "input of a chunk"));
      });
      worker.post({ key, program, control: block, data, inputs: inputPlaces, outputs: outputPlaces });
      const watch = silenceWatch(worker);
      const status = (): number => Atomics.load(words, control.status);
      let isDisposed = false;
      return {
        advance(_fuel, waitMs) {
          const until = performance.now() + waitMs;
          while (status() === jobStatus.running) {
            watch();
            const left = until - performance.now();
            if (left <= 0) return false;
            Atomics.wait(words, control.status, jobStatus.running, Math.min(left, lookMs));
          }
          const failure = failureOf(block, words);
          if (failure !== null) throw failure;
          return true;
        },
        outputs() {
          const failed = Atomics.load(words, control.failure);
          if (failed > 0) throw new NumericalError({ what: present(messages[failed - 1], "message of a check") });
          return portable.outputs.map(({ dtype, length }, i) =>
            viewOf(dtype, data, present(outputPlaces[i], "place"), length),
          );
        },
        progress: () => (status() === jobStatus.running ? Atomics.load(words, control.progress) / 1000 : 1),
        dispose() {
          if (isDisposed) return;
          isDisposed = true;
          // A worker that still runs sees the flag between two slices. It may write until then, so its buffer is used no more.
          if (status() === jobStatus.running) Atomics.store(words, control.abort, 1);
          else if (free.length < mostFree && (free.length + 1) * bytes <= mostFreeBytes) free.push(data);
        },
      };
    },
  };
}

function placesIn({ inputs, outputs }: PortableProgram): {
  readonly inputPlaces: readonly number[];
  readonly outputPlaces: readonly number[];
  readonly bytes: number;
} {
  let bytes = 0;
  const place = ({ dtype, length }: { readonly dtype: DType; readonly length: number }): number => {
    const at = bytes;
    bytes += Math.ceil((length * byteSize(dtype)) / 16) * 16;
    return at;
  };
  return { inputPlaces: inputs.map(place), outputPlaces: outputs.map(place), bytes };
}

/** Looks whether a thread that has not finished its job still is there: it may be busy with other jobs first, but counts on meanwhile. */
function silenceWatch(worker: PoolWorker): () => void {
  let beats = -1;
  let heard = 0;
  return () => {
    const now = performance.now();
    if (worker.beats() !== beats) [beats, heard] = [worker.beats(), now];
    if (now - heard > silenceMs) worker.giveUp(`it gave no sign of life for ${silenceMs / 1000} s`);
    const death = worker.death();
    if (death !== null) throw workerEnded(death);
  };
}

function failureOf(block: SharedArrayBuffer, words: Int32Array): SimgradError | null {
  const status = Atomics.load(words, control.status);
  if (status !== jobStatus.failed && status !== jobStatus.noMemory) return null;
  if (Atomics.load(words, control.failure) === outOfMemory) return recordsTooMuch();
  const bytes = new Uint8Array(block, 4 * control.words, Atomics.load(words, control.textLength)).slice();
  const text = new TextDecoder().decode(bytes);
  if (status === jobStatus.failed) return workerEnded(text);
  return new UnsupportedError({
    what: "A worker had no memory for its part of the batch.",
    got: text,
    expected: "memory for the arrays and Histories of one element in each worker",
    fix: "record less (`historyLimitBytes`), or use fewer `workers`.",
  });
}

function workerEnded(why: string): UnsupportedError {
  return new UnsupportedError({
    what: "A worker thread failed while it ran its part of the batch.",
    got: why,
    fix: "run again (a thread that ended is replaced); if memory is short, use fewer `workers`, or none.",
  });
}

function sharedMemory(bytes: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(bytes);
  } catch (error) {
    throw new UnsupportedError({
      what: "There is no memory for the arguments and results of a batch, which workers share.",
      got: `${bytes} bytes: ${String(error)}`,
      fix: "map over fewer elements at once.",
    });
  }
}

function viewOf(dtype: DType, buffer: SharedArrayBuffer, offset: number, length: number): TypedArray {
  const memory = buffer as unknown as ArrayBuffer;
  switch (dtype) {
    case "float64":
      return new Float64Array(memory, offset, length);
    case "float32":
      return new Float32Array(memory, offset, length);
    case "int32":
      return new Int32Array(memory, offset, length);
    case "uint32":
      return new Uint32Array(memory, offset, length);
    case "bool":
      return new Uint8Array(memory, offset, length);
  }
}
