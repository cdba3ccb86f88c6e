import { allocate, type TypedArray } from "../../util/dtype.js";
import { NumericalError, UnsupportedError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { arrayTypeOf } from "../../ir/builder.js";
import { sizeOf, type Graph, type Var } from "../../ir/types.js";
import type { Executable, Run } from "../../backends/backend.js";
import { runPasses } from "../../transforms/pass.js";
import { compileFor } from "../backends.js";
import { backendOf, historyLimitOf, isVerifying, type CompileOptions } from "../options.js";
import { finalPasses, prepare } from "../pipeline.js";
import { chunkProgram, type ChunkProgram, type ChunkRun } from "./chunk.js";
import { requireWorkers, workersOf } from "./pool.js";
import { splitMaps, type Part } from "./split.js";

/**
 * Compiles a program whose maps are spread over workers: each map in as many chunks of neighbouring elements as there are
 * workers. An element's program is the same whatever chunk it is in, and all else runs on the calling thread, so that the number of
 * workers changes no bit. Backends whose programs are no data run the chunks in place. What Histories may take is shared by the workers.
 *
 * @throws UnsupportedError where the program maps over nothing, or there are no worker threads.
 */
export function spreadExecutable(graph: Graph, options: CompileOptions, workers: number): Executable {
  if (backendOf(options, graph) === "wasm") requireWorkers();
  const { graph: whole, parts } = splitMaps(prepare(graph));
  if (!parts.some((part) => part.kind === "map")) {
    throw new UnsupportedError({
      what: "There is no batch axis to spread over workers.",
      expected: "a function that maps over two elements or more by `vmap`, not within a loop or branch",
      fix: "apply `vmap` to the function of one element, as in `jit(vmap(f), { workers: 4 })`, or leave out `workers`.",
    });
  }
  const limit = historyLimitOf(options);
  const compile = (part: Graph, count: number): Executable => {
    const own = limit === null ? options : { ...options, historyLimitBytes: Math.max(1, Math.floor(limit / count)) };
    return compileFor(
      backendOf(own, part),
      runPasses(finalPasses(own), part, { verify: isVerifying() }),
      isVerifying(),
    );
  };
  const steps = parts.map((part) => {
    if (part.kind === "whole") return wholePart(part, compile(part.graph, 1));
    const count = Math.min(workers, part.size);
    return spreadPart(part, count, (chunk) => compile(chunk, count));
  });
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
  let failure: NumericalError | null = null;
  const advance = (fuel: number): boolean => {
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
  };
  return {
    advance(fuel) {
      try {
        return advance(fuel);
      } catch (error) {
        // A check that did not hold is told by `outputs`, as by every run.
        if (!(error instanceof NumericalError)) throw error;
        failure = error;
        return true;
      }
    },
    progress: () => Math.min(1, (mapsDone + (steps[at]?.isMap === true ? (current?.progress() ?? 0) : 0)) / maps),
    outputs() {
      if (failure !== null) throw failure;
      return whole.outputs.map((output) => present(values.get(output), "output").slice());
    },
    dispose() {
      current?.dispose();
      current = null;
      values.clear();
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

function spreadPart(part: Extract<Part, { kind: "map" }>, count: number, compile: (graph: Graph) => Executable): Step {
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
  const inWorkers = chunks.some(({ program }) => program.inWorker);
  return {
    isMap: true,
    programs: [...bySize.values()].map(({ executable }) => executable),
    start(values) {
      const workers = inWorkers ? workersOf(count) : [];
      const jobs: ChunkRun[] = [];
      const dispose = (): void => jobs.forEach((job) => job.dispose());
      try {
        chunks.forEach(({ from: first, rows, program }, k) => {
          const inputs = part.inputs.map((input, i) => {
            const data = present(values.get(input), "input of a map");
            const row = rowSize(input);
            return part.mapped[i] === true ? data.subarray(first * row, (first + rows) * row) : data;
          });
          jobs.push(program.start(inputs, workers[k] ?? null));
        });
      } catch (error) {
        dispose();
        throw error;
      }
      const results: (readonly TypedArray[])[] = [];
      return {
        advance(fuel) {
          // Other work of the event loop goes on in between.
          const until = fuel === Infinity ? Infinity : performance.now() + patienceMs;
          // One after another, so that of several failures the first element's is told, whichever came first.
          while (results.length < jobs.length) {
            const job = present(jobs[results.length], "job");
            if (!job.advance(fuel, Math.max(0, until - performance.now()))) return false;
            results.push(job.outputs());
          }
          part.outputs.forEach((output, i) => values.set(output, joined(output, i)));
          return true;
        },
        progress: () => jobs.reduce((sum, job) => sum + job.progress(), 0) / jobs.length,
        dispose,
      };

      function joined(output: Var, i: number): TypedArray {
        const { dtype, shape } = arrayTypeOf(output);
        const all = allocate(dtype, sizeOf(shape));
        chunks.forEach(({ from: first }, k) =>
          all.set(present(results[k]?.[i], "result of a chunk"), first * rowSize(output)),
        );
        return all;
      }
    },
  };
}

/** Elements in one row of a mapped array. */
function rowSize(variable: Var): number {
  return sizeOf(arrayTypeOf(variable).shape.slice(1));
}

/** Longest time that a slice waits for workers. */
const patienceMs = 4;
