import { UnsupportedError } from "../../util/errors.js";
import type { PortableProgram } from "../../backends/backend.js";
import { threadWords, workerSource } from "./workerSource.js";

/** A thread that runs jobs one after another. */
export interface PoolWorker {
  post(job: Job): void;
  /** Counts on while the thread works. */
  beats(): number;
  /** Why the thread is no more, or null. */
  death(): string | null;
  /** Gives up a thread that does not answer; the pool puts another in its place. */
  giveUp(why: string): void;
}

/** What a worker is sent. Arrays lie in `data` from the given bytes on. */
export interface Job {
  /** Names the program, whose instance the worker may still have. */
  readonly key: number;
  readonly program: Omit<PortableProgram, "messages">;
  readonly control: SharedArrayBuffer;
  readonly data: SharedArrayBuffer;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** The part of node:worker_threads that is used. */
interface NodeWorker {
  postMessage(message: unknown): void;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
  unref(): void;
}

/** What a thread starts with: nothing of the process' flags and variables, which may say that its source is a module, or preload others. */
interface NodeWorkerOptions {
  readonly eval: true;
  readonly name: string;
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workerData: SharedArrayBuffer;
}
type NodeWorkerClass = new (source: string, options: NodeWorkerOptions) => NodeWorker;

const pool: PoolWorker[] = [];

/**
 * The first `count` workers of the pool, which all programs share. They do not keep the process alive; one that ended is replaced.
 * @throws UnsupportedError where there are no worker threads, or not so many.
 */
export function workersOf(count: number): readonly PoolWorker[] {
  for (let i = 0; i < count; i++) {
    const worker = pool[i];
    if (worker === undefined || worker.death() !== null) pool[i] = newWorker(i);
  }
  return pool.slice(0, count);
}

/**
 * Demands worker threads, and memory that they can share.
 * @throws UnsupportedError in a browser, and in a Node.js that is too old.
 */
export function requireWorkers(): void {
  workerClass();
}

function workerClass(): NodeWorkerClass {
  const found = nodeWorkerClass();
  if (found !== null && typeof SharedArrayBuffer !== "undefined") return found;
  throw new UnsupportedError({
    what: "There are no worker threads here.",
    expected: "Node.js 20.16 or newer; in browsers programs run on one thread",
    fix: "leave out `workers`.",
  });
}

function newWorker(number: number): PoolWorker {
  const shared = new SharedArrayBuffer(4 * threadWords.words);
  const words = new Int32Array(shared);
  const worker = startThread(number, shared);
  let death: string | null = null;
  // These listeners are told when the event loop turns; `ended` is there at once.
  worker.on("error", (error) => (death ??= messageOf(error)));
  worker.on("exit", (code) => (death ??= `it ended with code ${code}`));
  worker.unref();
  return {
    post: (job) => worker.postMessage(job),
    beats: () => Atomics.load(words, threadWords.beats),
    death: () => death ?? (Atomics.load(words, threadWords.ended) === 0 ? null : "it ended"),
    giveUp(why) {
      death ??= why;
      void worker.terminate();
    },
  };
}

function startThread(number: number, workerData: SharedArrayBuffer): NodeWorker {
  const Worker = workerClass();
  try {
    return new Worker(workerSource, { eval: true, name: `simgrad ${number}`, execArgv: [], env: {}, workerData });
  } catch (error) {
    throw new UnsupportedError({
      what: `Worker thread ${number + 1} could not be started.`,
      got: messageOf(error),
      expected: "a process that may start so many threads",
      fix: "use fewer `workers`; as many as there are cores is enough.",
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Asked of the process, not imported: the same code is bundled for browsers. */
function nodeWorkerClass(): NodeWorkerClass | null {
  const { process } = globalThis as unknown as {
    process?: { getBuiltinModule?: (name: string) => { readonly Worker?: NodeWorkerClass } | undefined };
  };
  return process?.getBuiltinModule?.("node:worker_threads")?.Worker ?? null;
}
