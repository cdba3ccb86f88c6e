import { AbortedError } from "../util/errors.js";
import type { TypedArray } from "../util/dtype.js";
import type { Run } from "../backends/backend.js";

/** What a run looks at to know whether it shall stop; an AbortSignal is one. */
export interface AbortSignalLike {
  readonly aborted: boolean;
}

/** Options of a run in slices. */
export interface RunOptions {
  /** Stops the run where it is aborted. */
  readonly signal?: AbortSignalLike | undefined;
  /** Is told the part that is done, 0 to 1, at most about 60 times a second. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Length of a slice in ms: short enough for timers, sockets and repaints, long enough for their cost not to matter. */
const sliceMs = 5;
/** Distance of progress reports in ms. */
const reportMs = 16;
/** Fuel of the first slice; well below a slice's length on any machine. */
const firstFuel = 100_000;

/** Advances a run slice by slice and lets the event loop go on between. The run is disposed at its end, whatever that is. */
export async function runInSlices(label: string, run: Run, options: RunOptions): Promise<readonly TypedArray[]> {
  try {
    let fuel = firstFuel;
    let reported = performance.now();
    for (;;) {
      if (options.signal?.aborted === true) {
        throw new AbortedError({ what: `${label} was aborted.`, data: { progress: run.progress() } });
      }
      const began = performance.now();
      if (run.advance(fuel)) break;
      const took = performance.now() - began;
      fuel = Math.max(1, Math.round(fuel * Math.min(4, sliceMs / Math.max(took, 0.01))));
      if (options.onProgress !== undefined && performance.now() - reported >= reportMs) {
        reported = performance.now();
        options.onProgress(run.progress());
      }
      await nextTurn();
    }
    const results = run.outputs();
    options.onProgress?.(1);
    return results;
  } finally {
    run.dispose();
  }
}

/** Resolves in the next turn of the event loop, after timers and input that wait. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
