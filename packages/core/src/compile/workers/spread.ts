import { allocate, byteSize, type DType, type TypedArray } from "../../util/dtype.js";
import { NumericalError, UnsupportedError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { arrayTypeOf } from "../../ir/builder.js";
import { sizeOf, type Graph, type Var } from "../../ir/types.js";
import type { Executable, Run } from "../../backends/backend.js";
import { runPasses } from "../../transforms/pass.js";
import { compileFor } from "../backends.js";
import { backendOf, isVerifying, type CompileOptions } from "../options.js";
import { finalPasses, prepare } from "../pipeline.js";
import { newControl, workersOf, type PoolWorker } from "./pool.js";
import { splitMaps, type Part } from "./split.js";
import { control, jobStatus } from "./workerSource.js";

/**
 * Compiles a program whose maps are spread over workers: each map in as many chunks of neighbouring elements as there are
 * workers. An element's program is the same whatever chunk it is in, and all else runs on the calling thread, so that the number of
 * workers changes no bit. Backends whose programs are no data run the chunks in place.
 *
 * @throws UnsupportedError where the program maps over nothing.
 */
export function spreadExecutable(graph: Graph, options: CompileOptions, workers: number): Executable {
  const { graph: whole, parts } = splitMaps(prepare(graph));
  if (!parts.some((part) => part.kind === "map")) {
    throw new UnsupportedError({
      what: "There is no batch axis to spread over workers.",
      expected: "a function that maps over two elements or more by `vmap`, not within a loop or branch",
      fix: "apply `vmap` to the function of one element, as in `jit(vmap(f), { workers: 4 })`, or leave out `workers`.",
    });
  }
  const compile = (part: Graph): Executable =>
    compileFor(backendOf(options, part), runPasses(finalPasses(options), part, { verify: isVerifying() }), isVerifying());
  const steps = parts.map((part) =>
    part.kind === "map" ? spreadPart(part, compile, workers) : wholePart(part, compile(part.graph)),
  );
  const start = (inputs: readonly TypedArray[]): Run => startSteps(whole, steps, inputs);
  return {
    call(inputs) {
      const run = start(inputs);
      try {
        run.advance(Infinity);
        return run.outputs();
      } finally {
        run.dispose();
      }
    },
    start,
    codeSize: steps.reduce((total, step) => total + step.programs.reduce((sum, one) => sum + one.codeSize, 0), 0),
    text: () => steps.flatMap((step) => step.programs.map((one) => one.text())).join("\n"),
  };
}

type Values = Map<Var, TypedArray>;

/** A part that can be run. */
interface Step {
  readonly isMap: boolean;
  readonly programs: readonly Executable[];
  start(values: Values): StepRun;
}

interface StepRun {
  /** As of `Run`; once it returns true the part's outputs are among the values. */
  advance(fuel: number): boolean;
  progress(): number;
  dispose(): void;
}

function startSteps(whole: Graph, steps: readonly Step[], inputs: readonly TypedArray[]): Run {
  const values: Values = new Map(whole.inputs.map((input, i) => [input, present(inputs[i], "input").slice()]));
  const maps = steps.filter((step) => step.isMap).length;
  let at = 0;
  let mapsDone = 0;
  let current: StepRun | null = null;
  return {
    advance(fuel) {
      while (at < steps.length) {
        const step = present(steps[at], "part");
        current ??= step.start(values);
        if (!current.advance(fuel)) return false;
        current.dispose();
        current = null;
        at++;
        if (step.isMap) mapsDone++;
      }
      return true;
    },
    progress: () => Math.min(1, (mapsDone + (steps[at]?.isMap === true ? (current?.progress() ?? 0) : 0)) / maps),
    outputs: () => whole.outputs.map((output) => present(values.get(output), "output").slice()),
    dispose() {
      current?.dispose();
      current = null;
    },
  };
}

function wholePart({ inputs, outputs }: Part, executable: Executable): Step {
  return {
    isMap: false,
    programs: [executable],
    start(values) {
      const run = executable.start(inputs.map((input) => present(values.get(input), "input of a part")));
      return {
        advance(fuel) {
          if (!run.advance(fuel)) return false;
          run.outputs().forEach((data, i) => values.set(outputs[i] as Var, data));
          return true;
        },
        progress: () => run.progress(),
        dispose: () => run.dispose(),
      };
    },
  };
}

/** Rows of a map that one worker computes. */
interface Chunk {
  readonly from: number;
  readonly rows: number;
  readonly program: ChunkProgram;
}

function spreadPart(
  part: Extract<Part, { kind: "map" }>,
  compile: (graph: Graph) => Executable,
  workers: number,
): Step {
  const count = Math.min(workers, part.size);
  const bySize = new Map<number, ChunkProgram>();
  const chunks: Chunk[] = [];
  let from = 0;
  for (let k = 0; k < count; k++) {
    const rows = Math.floor(part.size / count) + (k < part.size % count ? 1 : 0);
    let program = bySize.get(rows);
    if (program === undefined) bySize.set(rows, (program = chunkProgram(compile(part.chunk(rows)))));
    chunks.push({ from, rows, program });
    from += rows;
  }
  return {
    isMap: true,
    programs: [...bySize.values()].map(({ executable }) => executable),
    start(values) {
      const threads = chunks[0]?.program.executable.portable === undefined ? null : workersOf(count);
      const jobs = chunks.map(({ from: first, rows, program }, k) => {
        const inputs = part.inputs.map((input, i): TypedArray => {
          const data = present(values.get(input), "input of a map");
          if (part.mapped[i] !== true) return data;
          const row = sizeOf(arrayTypeOf(input).shape.slice(1));
          return data.subarray(first * row, (first + rows) * row);
        });
        return program.start(inputs, threads === null ? null : (threads[k] as PoolWorker));
      });
      return {
        advance(fuel) {
          // Other work of the event loop goes on in between.
          const until = performance.now() + patienceMs;
          const wait = (): number => (fuel === Infinity ? Infinity : Math.max(0, until - performance.now()));
          if (!jobs.map((job) => job.advance(fuel, wait())).every((ended) => ended)) return false;
          const results = jobs.map((job) => job.outputs());
          part.outputs.forEach((output, i) => {
            const { dtype, shape } = arrayTypeOf(output);
            const all = allocate(dtype, sizeOf(shape));
            chunks.forEach(({ from: first }, k) => {
              all.set(present(results[k]?.[i], "result of a chunk"), first * sizeOf(shape.slice(1)));
            });
            values.set(output, all);
          });
          return true;
        },
        progress: () => jobs.reduce((sum, job) => sum + job.progress(), 0) / jobs.length,
        dispose: () => jobs.forEach((job) => job.dispose()),
      };
    },
  };
}

/** Longest time that a slice waits for workers. */
const patienceMs = 4;

/** A chunk that runs. */
interface ChunkRun {
  /** Whether it has ended, waiting at most so long. */
  advance(fuel: number, waitMs: number): boolean;
  /** Views, or copies, of the results. */
  outputs(): readonly TypedArray[];
  progress(): number;
  dispose(): void;
}

interface ChunkProgram {
  readonly executable: Executable;
  /** Begins in a worker, or in place. */
  start(inputs: readonly TypedArray[], worker: PoolWorker | null): ChunkRun;
}

let programs = 0;

function chunkProgram(executable: Executable): ChunkProgram {
  const { portable } = executable;
  if (portable === undefined) {
    return {
      executable,
      start(inputs) {
        const run = executable.start(inputs);
        return { ...run, advance: (fuel) => run.advance(fuel) };
      },
    };
  }
  const key = programs++;
  let bytes = 0;
  const place = ({ dtype, length }: { readonly dtype: DType; readonly length: number }): number => {
    const at = bytes;
    bytes += Math.ceil((length * byteSize(dtype)) / 16) * 16;
    return at;
  };
  const inputPlaces = portable.inputs.map(place);
  const outputPlaces = portable.outputs.map(place);
  const free: SharedArrayBuffer[] = [];
  return {
    executable,
    start(inputs, worker) {
      const data = free.pop() ?? new SharedArrayBuffer(Math.max(16, bytes));
      const block = newControl();
      const words = new Int32Array(block, 0, control.words);
      portable.inputs.forEach(({ dtype, length }, i) => {
        viewOf(dtype, data, inputPlaces[i] as number, length).set(present(inputs[i], "input of a chunk"));
      });
      present(worker, "a worker").post({
        key,
        program: portable,
        control: block,
        data,
        inputs: inputPlaces,
        outputs: outputPlaces,
      });
      const status = (): number => Atomics.load(words, control.status);
      return {
        advance(_fuel, waitMs) {
          if (waitMs > 0) Atomics.wait(words, control.status, jobStatus.running, waitMs);
          return status() !== jobStatus.running;
        },
        outputs() {
          if (status() === jobStatus.failed) throw failureOf(block, words);
          const failure = Atomics.load(words, control.failure);
          if (failure > 0)
            throw new NumericalError({ what: present(portable.messages[failure - 1], "message of a check") });
          return portable.outputs.map(({ dtype, length }, i) => viewOf(dtype, data, outputPlaces[i] as number, length));
        },
        progress: () => (status() === jobStatus.running ? Atomics.load(words, control.progress) / 1000 : 1),
        dispose() {
          // A worker that still runs sees the flag between two slices; its buffers are then nobody's.
          if (status() === jobStatus.running) Atomics.store(words, control.abort, 1);
          else free.push(data);
        },
      };
    },
  };
}

function failureOf(block: SharedArrayBuffer, words: Int32Array): UnsupportedError {
  const text = new Uint8Array(block, 4 * control.words, Atomics.load(words, control.textLength)).slice();
  return new UnsupportedError({
    what: "A worker could not run its part of the batch.",
    got: new TextDecoder().decode(text),
    expected: "memory for the arrays and Histories of one element in each worker",
    fix: "record less (`historyLimitBytes`), or use fewer workers.",
  });
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
