import { UnsupportedError } from "../../util/errors.js";
import type { PortableProgram } from "../../backends/backend.js";
import { control, workerSource } from "./workerSource.js";

/** A thread that runs jobs one after another. */
export interface PoolWorker {
  post(job: Job): void;
}

/** What a worker is sent. Arrays lie in `data` from the given bytes on. */
export interface Job {
  /** Names the program; it is sent along when the worker first gets it. */
  readonly key: number;
  readonly program: PortableProgram | null;
  readonly control: SharedArrayBuffer;
  readonly data: SharedArrayBuffer;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** The part of node:worker_threads that is used. */
interface NodeWorker {
  postMessage(message: unknown): void;
  unref(): void;
}
type NodeWorkerClass = new (source: string, options: { readonly eval: true; readonly name: string }) => NodeWorker;

const pool: PoolWorker[] = [];

/**
 * The first `count` workers of the pool, which all programs share. They do not keep the process alive.
 * @throws UnsupportedError where there are no worker threads.
 */
export function workersOf(count: number): readonly PoolWorker[] {
  while (pool.length < count) pool.push(newWorker(pool.length));
  return pool.slice(0, count);
}

/** A control block of a job that has not begun. */
export function newControl(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * control.words + control.textBytes);
}

function newWorker(number: number): PoolWorker {
  const Worker = nodeWorkerClass();
  if (Worker === null || typeof SharedArrayBuffer === "undefined") {
    throw new UnsupportedError({
      what: "There are no worker threads here.",
      expected: "Node.js 20.16 or newer",
      fix: "leave out `workers`: the results are the same.",
    });
  }
  const worker = new Worker(workerSource, { eval: true, name: `simgrad ${number}` });
  worker.unref();
  const known = new Set<number>();
  return {
    post(job) {
      worker.postMessage(known.has(job.key) ? { ...job, program: null } : job);
      known.add(job.key);
    },
  };
}

/** Asked of the process, not imported: the same code is bundled for browsers. */
function nodeWorkerClass(): NodeWorkerClass | null {
  const { process } = globalThis as unknown as {
    process?: { getBuiltinModule?: (name: string) => { readonly Worker?: NodeWorkerClass } | undefined };
  };
  return process?.getBuiltinModule?.("node:worker_threads")?.Worker ?? null;
}
