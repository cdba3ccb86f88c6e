import { readFileSync, writeFileSync } from "node:fs";

/**
 * Reads a process's resident memory in bytes, now and at its highest since the last reset.
 * @param {number | undefined} pid
 * @returns {{ now: number, peak: number } | null} Null where the system has no /proc.
 */
export function readMemory(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return null;
  }
  const now = /^VmRSS:\s+(\d+) kB/m.exec(text)?.[1];
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(text)?.[1];
  return now === undefined || peak === undefined ? null : { now: Number(now) * 1024, peak: Number(peak) * 1024 };
}

/**
 * Sets a process's high-water mark to what it has now, where the system allows it ("5": Linux, proc(5), clear_refs).
 * @param {number | undefined} pid
 */
export function resetPeak(pid) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // Then the mark includes the start of the process, and the peak is an upper bound.
  }
}
