import { describe, expect, it } from "@jest/globals";
import type { Executable, PortableProgram } from "../../backends/backend.js";
import { outOfMemory } from "../../backends/wasm/layout.js";
import { chunkProgram, type ChunkProgram } from "./chunk.js";
import type { Job, PoolWorker } from "./pool.js";
import { control, jobStatus } from "./workerSource.js";

/** A program of two numbers in and two out, of which only the table matters here. */
function program(): ChunkProgram {
  const array = { dtype: "float64", address: 64, length: 2 } as const;
  const portable: PortableProgram = {
    module: {},
    inputs: [array],
    outputs: [array],
    stateEnd: 64,
    failureAddress: 0,
    heapTopAddress: 4,
    heapStart: 80,
    growableRows: [],
    steps: null,
    messages: ["x is negative."],
  };
  return chunkProgram({ portable } as Executable);
}

interface Answer {
  readonly status: number;
  readonly failure?: number;
  readonly text?: string;
}

/** A worker that gives each job this answer at once, or none; and the jobs it got. */
function worker(answer: Answer | null, death: string | null = null): PoolWorker & { readonly jobs: readonly Job[] } {
  const jobs: Job[] = [];
  return {
    jobs,
    post(job) {
      jobs.push(job);
      if (answer === null) return;
      const words = new Int32Array(job.control, 0, control.words);
      const text = new TextEncoder().encode(answer.text ?? "");
      new Uint8Array(job.control, 4 * control.words).set(text);
      words[control.textLength] = text.length;
      words[control.failure] = answer.failure ?? 0;
      const source = new Float64Array(job.data, job.inputs[0], 2);
      new Float64Array(job.data, job.outputs[0], 2).set(source.map((value) => 2 * value));
      words[control.status] = answer.status;
    },
    beats: () => 0,
    death: () => death,
    giveUp: () => undefined,
  };
}

const values = new Float64Array([1, 2]);

describe("a chunk that runs in a worker", () => {
  it("has its inputs copied in, and views of its results", () => {
    const run = program().start([values], worker({ status: jobStatus.done }));
    expect(run.advance(1, 0)).toBe(true);
    expect([...(run.outputs()[0] ?? [])]).toEqual([2, 4]);
    expect(run.progress()).toBe(1);
  });

  it("fails by name where its thread ended, and does not wait for it", () => {
    const run = program().start([values], worker(null, "it ended with code 3"));
    expect(() => run.advance(1, Infinity)).toThrow("it ended with code 3");
  });

  it("waits no longer than it is told", () => {
    expect(program().start([values], worker(null)).advance(1, 2)).toBe(false);
  });

  it("tells a check that did not hold, a want of memory, and what else went wrong", () => {
    const ended = (answer: Answer) => () => {
      const run = program().start([values], worker(answer));
      run.advance(1, 0);
      return run.outputs();
    };
    expect(ended({ status: jobStatus.done, failure: 1 })).toThrow("x is negative.");
    expect(ended({ status: jobStatus.failed, failure: outOfMemory })).toThrow(
      "more than a WebAssembly memory can hold",
    );
    expect(ended({ status: jobStatus.noMemory, text: "could not allocate" })).toThrow(/no memory.*could not allocate/);
    expect(ended({ status: jobStatus.failed, text: "unreachable" })).toThrow("Got: unreachable");
  });

  it("gives its buffer to one later run, however often it is disposed; not while a worker may write to it", () => {
    const chunk = program();
    const ready = worker({ status: jobStatus.done });
    const first = chunk.start([values], ready);
    first.dispose();
    first.dispose();
    chunk.start([values], ready);
    chunk.start([values], ready);
    const [a, b, c] = ready.jobs.map((job) => job.data);
    expect(b).toBe(a);
    expect(c).not.toBe(a);

    const busy = worker(null);
    chunk.start([values], busy).dispose();
    chunk.start([values], busy);
    const [aborted, next] = busy.jobs as [Job, Job];
    expect(new Int32Array(aborted.control)[control.abort]).toBe(1);
    expect(next.data).not.toBe(aborted.data);
  });
});
