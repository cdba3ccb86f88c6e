import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

/** Longest wait for timers, in milliseconds. */
const longest = 1000;

/**
 * Waits until no timer is left, a second at most. Where a notebook is executed without a reader, a cell ends only then,
 * so that what its timers print, and what they throw, belongs to it.
 */
export async function timersDone(): Promise<void> {
  const end = performance.now() + longest;
  // A timer without reference, as this one, is not counted.
  while (hasTimers() && performance.now() < end) await delay(5, undefined, { ref: false });
}

function hasTimers(): boolean {
  return process.getActiveResourcesInfo().some((name) => name === "Timeout" || name === "Immediate");
}
