import type { Equation, Var } from "./types.js";

/**
 * Where in the user's code values come from: recorded only while a program is traced again to explain a failure. Origins belong to
 * variables, so that passes which keep a variable keep its origin; what a transform emits for an equation has the equation's.
 */
const origins = new WeakMap<Var, string>();

let recording = false;
let current: string | null = null;

/** Whether origins are recorded now. */
export function recordsOrigins(): boolean {
  return recording;
}

/** Runs `body` and records the origin of everything that is emitted in it. */
export function recordOrigins<T>(body: () => T): T {
  const before = recording;
  recording = true;
  try {
    return body();
  } finally {
    recording = before;
  }
}

/** Runs `body`; what it emits comes from a line of the user's code. */
export function atOrigin<T>(origin: string | null, body: () => T): T {
  const before = current;
  current = origin ?? before;
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Runs `body`, which emits what stands for an equation. */
export function onBehalfOf<T>(equation: Equation, body: () => T): T {
  return recording ? atOrigin(originOf(equation.outputs), body) : body();
}

/** Notes that variables come from where the engine is now. */
export function noteOrigin(outputs: readonly Var[], origin: string | null = current): void {
  if (origin !== null) for (const output of outputs) origins.set(output, origin);
}

/** Where variables come from, if it is known. */
export function originOf(variables: readonly Var[]): string | null {
  const [first] = variables;
  return first === undefined ? null : (origins.get(first) ?? null);
}

/** The line of the caller's code that is outside of this package, as `file:line:column`. */
export function callersLine(): string | null {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const lines = (new Error("where").stack ?? "").split("\n").map(placeOf);
  Error.stackTraceLimit = limit;
  const own = lines.find((line) => line !== null);
  if (own === null || own === undefined) return null;
  // this file lies in <package>/ir/
  const home = own.slice(0, own.lastIndexOf("/", own.lastIndexOf("/") - 1) + 1);
  const outside = lines.find((line) => line !== null && (!line.startsWith(home) || line.includes(".test.")));
  return outside ?? null;
}

function placeOf(line: string): string | null {
  const found = /(?:\(|at |@)((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/.exec(line.trim());
  const place = found?.[1] ?? null;
  return place === null || place.startsWith("node:") ? null : place;
}
