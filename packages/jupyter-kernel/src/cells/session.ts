import { MessageChannel } from "node:worker_threads";
import type ts from "typescript";
import { Interrupted } from "../errors.js";
import { readDeclared, withoutExports } from "./declared.js";
import { createGrowingConverter } from "./growingConverter.js";
import { createLocator } from "./positions.js";
import { cleanStacks, describeDiagnostics, describeError, scriptName } from "./traceback.js";
import type { Failure, Source } from "./traceback.js";
import { awaitName } from "./interruptible.js";
import type { Completions, Conversion, Converter, Tslab } from "./tslab.js";
import { createWaits } from "./waits.js";

/** How a cell ended. `value` is that of its last expression, undefined if there is none. */
export type Outcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: Failure };

/** The cells of one notebook: what they declare, one after the other. */
export interface Session {
  run(text: string, count: number): Promise<Outcome>;
  /** Stops the running cell; one that computes must be ended by V8 first. */
  interrupt(): void;
  describe(error: unknown): Failure;
  inspect(text: string, position: number): ts.QuickInfo | undefined;
  complete(text: string, position: number): Completions;
  isComplete(text: string): { readonly completed: boolean; readonly indent?: string };
}

/** Starts a session in `folder`, the working folder of the process. */
export function createSession(tslab: Tslab, typescript: typeof ts, folder: string): Session {
  const { compiler } = tslab;
  const waits = createWaits();
  const sources = new Map<string, Source>();
  let declarations = "";
  const converter = createGrowingConverter(tslab, typescript);
  /** Numbers all that was run; counts of cells may repeat, as for silent ones. */
  let serial = 0;
  let running: Running | null = null;
  let rejectRunning: (error: Interrupted) => void = () => {};

  const start = createStarter();
  cleanStacks(sources);

  Object.defineProperty(globalThis, awaitName, { value: Object.assign(waits.through, { each: waits.each }) });

  /** tslab keeps the declarations of cells that succeeded; here they are also kept of one that failed half-way. */
  const convertCell = (_declarations: string, text: string): Conversion => {
    const converted = converter.convert(declarations, text);
    const cell = running!;
    cell.conversion = converted;
    if (converted.output === undefined) return converted;
    const awaits = compiler.lastAwaits();
    const map = compiler.lastMap();
    if (map !== null) {
      const shift = (awaits ? "(async function(exports, require) { " : "(function(exports, require) { ").length;
      sources.set(scriptName(String(cell.serial)), { count: cell.count, text, ...createLocator(map, shift) });
    }
    const { script, names } = keepEarlierValues(converted.output, readDeclared(typescript, text).withoutValue);
    cell.names = names;
    return {
      ...converted,
      output: `${script}\n//# sourceURL=${scriptName(String(cell.serial))}`,
      hasToplevelAwait: awaits,
    };
  };
  const shownToTslab: Converter = {
    convert: convertCell,
    inspect: (_declarations, text, position) => converter.inspect(declarations, text, position),
    complete: (_declarations, text, position) => converter.complete(declarations, text, position),
    addModule: (name, text, meta) => {
      const diagnostics = converter.addModule(name, text, meta);
      if (running !== null) running.conversion = { diagnostics };
      return diagnostics;
    },
    close: () => converter.close(),
  };
  const executor = tslab.createExecutor(
    folder,
    { node: shownToTslab, browser: shownToTslab, close: shownToTslab.close },
    {
      log: (value) => {
        if (running !== null) running.value = value;
      },
      error: (...values) => {
        if (running !== null) running.error ??= { value: values[0] };
      },
    },
  );
  const shared = (globalThis as unknown as { readonly __tslab__: { exports: Record<string, unknown> } }).__tslab__;
  shared.exports = new Proxy(executor.locals, {
    set: (target, name, value) => {
      running?.assigned.add(String(name));
      return Reflect.set(target, name, value);
    },
    defineProperty: (target, name, attributes) => {
      running?.assigned.add(String(name));
      return Reflect.defineProperty(target, name, attributes);
    },
  });

  const keepWhatWasDeclared = (cell: Running, text: string): void => {
    const kept = new Set(cell.names.filter((name) => cell.assigned.has(name)));
    const partial =
      kept.size === 0 ? null : converter.convert(declarations, readDeclared(typescript, text).keeping(kept));
    if (partial?.declOutput !== undefined) declarations = partial.declOutput;
  };

  return {
    async run(text, count) {
      const cell: Running = {
        ...{ count, serial: ++serial, assigned: new Set<string>(), names: [] },
        ...{ conversion: null, value: undefined, error: null },
      };
      running = cell;
      compiler.nameCell(String(cell.serial));
      const stopped = new Promise<never>((_resolve, reject) => (rejectRunning = reject));
      try {
        // A cell that V8 has ended never settles: then `stopped` does.
        const ended = start(() => executor.execute(withoutExports(typescript, text)));
        const ok = await Promise.race([ended, stopped]).catch((error: unknown) => {
          cell.error = { value: error };
          return false;
        });
        const diagnostics = cell.conversion?.diagnostics ?? [];
        if (diagnostics.length > 0) return { ok: false, failure: describeDiagnostics(diagnostics, { count, text }) };
        if (ok && cell.error === null) {
          if (cell.conversion !== null) declarations = cell.conversion.declOutput ?? declarations;
          return { ok: true, value: cell.value };
        }
        keepWhatWasDeclared(cell, text);
        const error = cell.error?.value;
        return { ok: false, failure: describeError(error, sources, waits.placesOf(error)) };
      } finally {
        running = null;
        rejectRunning = () => {};
      }
    },
    interrupt() {
      waits.end();
      // Code that waits gets one turn to end by itself, with its own stack and its `finally` blocks.
      const reject = rejectRunning;
      setImmediate(() => reject(new Interrupted()));
    },
    describe: (error) => describeError(error, sources, waits.placesOf(error)),
    inspect: (text, position) => executor.inspect(text, position),
    complete: (text, position) => executor.complete(text, position),
    isComplete: (text) => tslab.isCompleteCode(text),
  };
}

/** What is known of the cell that runs. */
interface Running {
  readonly count: number;
  readonly serial: number;
  /** Names that were given a value. */
  readonly assigned: Set<string>;
  /** Names that the cell declares. */
  names: readonly string[];
  conversion: Conversion | null;
  value: unknown;
  error: { readonly value: unknown } | null;
}

/**
 * Runs a function in a turn of its own. When V8 ends a cell it ends all functions on the stack, and what they would have
 * done next is lost; so nothing of the kernel may be there. Of all ways to get a turn, a message port is the one that
 * goes on with its next message after such an end.
 */
function createStarter(): <T>(work: () => Promise<T>) => Promise<T> {
  const { port1, port2 } = new MessageChannel();
  let next: () => void = () => {};
  port1.on("message", () => next());
  return (work) =>
    new Promise((resolve, reject) => {
      next = () => void work().then(resolve, reject);
      port2.postMessage(null);
    });
}

const emptied = /^(?:exports\.\S+ = )+void 0;$/gm;

/**
 * A script begins by emptying all names that it declares; then a cell that fails would take away values that earlier
 * cells gave. Only names that are declared without a value are emptied.
 */
function keepEarlierValues(
  script: string,
  withoutValue: readonly string[],
): { readonly script: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const rewritten = script.replace(emptied, (line) => {
    const found = [...line.matchAll(/exports\.(\S+) = /g)].map(([, name]) => name!);
    names.push(...found);
    const empty = found.filter((name) => withoutValue.includes(name));
    return empty.map((name) => `exports.${name} = void 0;`).join(" ");
  });
  const functions = [...script.matchAll(/^exports\.(\S+) = \1;$/gm)].map(([, name]) => name!);
  return { script: rewritten, names: [...names, ...functions] };
}
