import { ArgumentError } from "../util/errors.js";
import type { Graph } from "../ir/types.js";
import { hasPrints } from "../transforms/bodies.js";
import { withVariant } from "../trace/traceFunction.js";
import { backendNames, type BackendName } from "./backends.js";

/** More threads than any machine has cores for. */
const mostWorkers = 256;

/** How a function is compiled. */
export interface CompileOptions {
  /** What runs it; when left out the fastest, "wasm", but "js" for a program with a `debugPrint`. */
  readonly backend?: BackendName;
  /** Switches off the passes that change rounding. */
  readonly exactRounding?: boolean;
  /**
   * Most bytes that what the loops keep for a reverse gradient may take, all loops of the program together: steps are then run
   * again from checkpoints, with the same bits. Applies to loops whose `keep` is left to the engine. No limit when left out.
   */
  readonly historyLimitBytes?: number;
  /**
   * Fails with a NumericalError where a result is not finite, and says which op made the first such value of finite ones, in which step of which
   * loop, from which line of the function. Costs nothing while all is finite; then the program is run again, slowly.
   */
  readonly checkFinite?: boolean;
  /**
   * Spreads what `vmap` maps over so many worker threads of Node.js, 1 to 256; the results have the same bits for any number. What is not
   * mapped, and sums over the elements, stay on the calling thread; with `.run` the event loop goes on meanwhile. `historyLimitBytes` is
   * then shared by the workers. An UnsupportedError where nothing is mapped, and where there are no threads, as in browsers.
   *
   * @example
   * const final = jit(vmap(simulate), { workers: 4 });
   */
  readonly workers?: number;
  /** Checks the program after every pass and names a guilty one; for work on simgrad itself. */
  readonly verify?: boolean;
}

let verifying = false;
let spreading = false;

/** Whether passes that run now are checked. */
export function isVerifying(): boolean {
  return verifying;
}

/** Whether maps of what is traced now will be spread over workers, and so must be maps. */
export function isSpreading(): boolean {
  return spreading;
}

/** Runs `body` with the checks that the options ask for. */
export function withOptions<T>(options: CompileOptions, body: () => T): T {
  const before = [verifying, spreading] as const;
  verifying = options.verify ?? verifying;
  spreading = options.workers !== undefined || spreading;
  try {
    return withVariant(spreading ? "spread" : "", body);
  } finally {
    [verifying, spreading] = before;
  }
}

/** Part of a cache key. */
export function optionsKey(options: CompileOptions): string {
  return `${backendOf(options)} ${options.exactRounding ?? false} ${options.verify ?? verifying} ${historyLimitOf(options) ?? ""} ${workersIn(options) ?? ""}`;
}

/**
 * The backend that the options ask for; where they leave it out, one that can run the Graph.
 * @throws ArgumentError where there is no such backend.
 */
export function backendOf(options: CompileOptions, graph?: Graph): BackendName {
  const prints = graph !== undefined && hasPrints(graph);
  const name = options.backend ?? (prints ? "js" : (backendNames[0] as BackendName));
  if (backendNames.includes(name)) return name;
  throw new ArgumentError({ what: "There is no such backend.", got: String(name), expected: backendNames.join(", ") });
}

/**
 * How many workers the options ask for, or null.
 * @throws ArgumentError where that is no number of workers.
 */
export function workersIn({ workers }: CompileOptions): number | null {
  if (workers === undefined) return null;
  if (Number.isInteger(workers) && workers >= 1 && workers <= mostWorkers) return workers;
  throw new ArgumentError({
    what: "workers is no number of worker threads.",
    got: String(workers),
    expected: `an integer from 1 to ${mostWorkers}`,
  });
}

/**
 * The bytes that Histories may take, or null.
 * @throws ArgumentError where that is no number of bytes.
 */
export function historyLimitOf({ historyLimitBytes: bytes }: CompileOptions): number | null {
  if (bytes === undefined) return null;
  if (Number.isFinite(bytes) && bytes >= 1) return bytes;
  throw new ArgumentError({
    what: "historyLimitBytes is no number of bytes.",
    got: String(bytes),
    expected: "a finite number from 1 on",
    fix: "leave it out for no limit.",
  });
}
