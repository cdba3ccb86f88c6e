import util from "node:util";
import type { Place } from "./positions.js";

/** A cell that was executed: its text, and where the lines of its script stand in it. */
export interface Source {
  readonly count: number;
  readonly text: string;
  /** From a place in the script that was run, or null. */
  locate(place: Place): Place | null;
  /** From a place in the ES module between cell and script: that is where awaits are noted. */
  locateInModule(place: Place): Place | null;
}

/** An error as messages carry it. */
export interface Failure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** One entry of a stack. */
interface Frame {
  readonly name: string;
  readonly file: string;
  readonly place: Place;
}

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;

/** Lines shown before and after the one that failed. */
const context = 2;

/** Name under which the script of a cell is run, as it stands in the stack of an error. */
export function scriptName(cell: string): string {
  return `cell-${cell}.ts`;
}

/**
 * What a reader is shown of `error`: what it says, the lines of the cell that it comes from, and the stack without the
 * frames of the kernel. `places` are those of `Waits.placesOf`. `sources` finds a cell by the name of its script.
 */
export function describeError(
  error: unknown,
  sources: ReadonlyMap<string, Source>,
  places: readonly string[] = [],
): Failure {
  try {
    return describe(error, sources, places, []);
  } catch {
    // Getters, proxies and methods of inspection can throw too.
    return thrown("a value that throws when it is looked at");
  }
}

function describe(
  error: unknown,
  sources: ReadonlyMap<string, Source>,
  places: readonly string[],
  outer: readonly unknown[],
): Failure {
  const further = (inner: unknown, title: readonly string[]): readonly string[] =>
    inner === error || outer.includes(inner) // a ring of causes has no end
      ? []
      : ["", ...title, ...describe(inner, sources, [], [...outer, error]).traceback];
  if (!(error instanceof Error) && !isErrorLike(error)) {
    return thrown(typeof error === "string" ? error : util.inspect(error));
  }
  const { ename, evalue } = titleOf(error);
  const stacked = framesOf(error, sources);
  const known = new Set(stacked.map(({ file, place }) => `${file}:${place.line}`));
  const waiting = waitingFrames(places, sources).filter(({ file, place }) => !known.has(`${file}:${place.line}`));
  const frames = [...stacked, ...waiting];
  const first = frames.find(({ file }) => sources.has(file));
  const excerpt = first === undefined ? [] : excerptOf(sources.get(first.file)!, first.place);
  const stack = stackLines(frames, sources);
  const cause = error.cause === undefined ? [] : further(error.cause, ["Caused by:"]);
  const inner = error instanceof AggregateError ? error.errors.flatMap((one) => further(one, [])) : [];
  return { ename, evalue, traceback: [`${red(ename)}: ${evalue}`, ...excerpt, ...stack, ...inner, ...cause] };
}

/** What a reader is shown of a thrown value that is no error. */
function thrown(evalue: string): Failure {
  return { ename: "Thrown", evalue, traceback: [`${red("Thrown")}: ${evalue}`] };
}

/** What a reader is shown of messages of the compiler. */
export function describeDiagnostics(
  diagnostics: readonly {
    readonly start: { readonly line: number; readonly character: number };
    readonly messageText: string;
    readonly code: number;
    readonly fileName?: string;
  }[],
  source: Pick<Source, "count" | "text">,
): Failure {
  const ename = "TypeScriptError";
  const traceback = diagnostics.flatMap(({ start, messageText, code, fileName }) => {
    const place = { line: start.line, column: start.character };
    const head = `${red(`${ename} TS${code}`)}: ${messageText}`;
    return fileName === undefined
      ? [head, ...excerptOf(source, place)]
      : [head, `    at ${fileName}:${place.line + 1}:${place.column + 1}`];
  });
  return { ename, evalue: diagnostics[0]?.messageText ?? "", traceback };
}

function excerptOf({ count, text }: Pick<Source, "count" | "text">, { line, column }: Place): string[] {
  const lines = text.split("\n");
  const from = Math.max(line - context, 0);
  const shown = lines.slice(from, line + context + 1);
  const width = String(from + shown.length).length;
  const body = shown.flatMap((content, index) => {
    const number = from + index;
    const gutter = `${String(number + 1).padStart(width)} | `;
    if (number !== line) return [`  ${gutter}${content}`];
    return [bold(`> ${gutter}${content}`), `  ${" ".repeat(width)} | ${" ".repeat(column)}${red("^")}`];
  });
  return [`Cell ${count}, line ${line + 1}, column ${column + 1}`, ...body];
}

/** Frames of the errors whose stack was written by `cleanStacks`. */
const written = new WeakMap<Error, readonly Frame[]>();

/**
 * Makes V8 write stacks as readers are shown them, wherever they appear: in `error.stack`, and so in what a cell logs.
 */
export function cleanStacks(sources: ReadonlyMap<string, Source>): void {
  Error.prepareStackTrace = (error, sites) => {
    const frames = readFrames(sites.map((site) => `    at ${String(site)}`).join("\n"), sources);
    written.set(error, frames);
    const { ename, evalue } = titleOf(error);
    return [evalue === "" ? ename : `${ename}: ${evalue}`, ...stackLines(frames, sources)].join("\n");
  };
}

function titleOf(error: Error): Pick<Failure, "ename" | "evalue"> {
  try {
    return { ename: String(error.name), evalue: String(error.message) };
  } catch {
    return { ename: "Error", evalue: "an error whose name or message throws when it is read" };
  }
}

function framesOf(error: Error, sources: ReadonlyMap<string, Source>): readonly Frame[] {
  const { stack } = error; // reading it is what writes it
  return written.get(error) ?? readFrames(typeof stack === "string" ? stack : "", sources);
}

/** One line for each frame, and one for a run of the same frame. */
function stackLines(frames: readonly Frame[], sources: ReadonlyMap<string, Source>): string[] {
  const runs: { readonly text: string; length: number }[] = [];
  for (const text of frames.map((frame) => show(frame, sources))) {
    const last = runs.at(-1);
    if (last?.text === text) last.length++;
    else runs.push({ text, length: 1 });
  }
  return runs.map(({ text, length }) => `    at ${text}${length > 1 ? `, ${length} times` : ""}`);
}

const frameLine = /^\s+at (?:(.*?) \()?(?:async )?(?:file:\/\/)?(.+?):(\d+):(\d+)\)?$/;
const ownFolder = new URL("../", import.meta.url).pathname;

function readFrames(stack: string, sources: ReadonlyMap<string, Source>): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split("\n")) {
    const found = frameLine.exec(line);
    if (found === null) continue;
    const [, name = "", file, row, column] = found;
    if (file === undefined) continue;
    if (name.endsWith("Script.runInThisContext")) {
      // What tslab puts around a cell is the frame before; all behind it is of the kernel.
      if (frames.at(-1) !== undefined && sources.has(frames.at(-1)!.file)) frames.pop();
      break;
    }
    if (isOurs(file)) continue;
    const place = { line: Number(row) - 1, column: Number(column) - 1 };
    const source = sources.get(file);
    const located = source === undefined ? place : source.locate(place);
    if (located !== null) frames.push({ name: source === undefined ? name : plainName(name), file, place: located });
  }
  return frames;
}

/** The frames of a name that tslab gave: `Object.f` is `f` of an earlier cell, `eval` is the cell itself. */
function plainName(name: string): string {
  return name.replace(/^(async )?(?:Object|Proxy|exports)\./, "$1").replace(/^(?:eval|<anonymous>)$/, "");
}

function isOurs(file: string): boolean {
  return (
    file.startsWith("node:") ||
    file.startsWith("evalmachine.") ||
    file.startsWith(ownFolder) ||
    /[\\/]tslab[\\/]dist[\\/]/.test(file)
  );
}

/** Frames of the awaits through which an error came, where its own stack does not lead into a cell. */
function waitingFrames(places: readonly string[], sources: ReadonlyMap<string, Source>): Frame[] {
  return places.flatMap((text) => {
    const [cell = "", line, column] = text.split(":");
    const file = scriptName(cell);
    const place = sources.get(file)?.locateInModule({ line: Number(line), column: Number(column) });
    return place === null || place === undefined ? [] : [{ name: "await", file, place }];
  });
}

function show({ name, file, place }: Frame, sources: ReadonlyMap<string, Source>): string {
  const source = sources.get(file);
  const where = `${source === undefined ? file : `cell ${source.count}`}:${place.line + 1}:${place.column + 1}`;
  return name === "" ? where : `${name} (${where})`;
}

/** Errors of another realm are no instances of this one's `Error`. */
function isErrorLike(value: unknown): value is Error {
  return util.types.isNativeError(value);
}
