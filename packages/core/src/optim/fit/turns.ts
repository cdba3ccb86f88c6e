/** Longest time without a return to the event loop, ms; half a frame. */
const longestMs = 8;

/** Lets the event loop go on, if it has not for some milliseconds. */
export interface Turns {
  /** Resolves at once, or after timers, input and repaints that wait. */
  breathe(): Promise<void>;
}

/** Counts time from now on. */
export function turns(): Turns {
  let last = performance.now();
  return {
    async breathe() {
      if (performance.now() - last < longestMs) return;
      await new Promise<void>((resolve) => {
        if (typeof setImmediate === "function") setImmediate(resolve);
        else setTimeout(resolve, 0);
      });
      last = performance.now();
    },
  };
}
