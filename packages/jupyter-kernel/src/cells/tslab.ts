import { createRequire } from "node:module";
import type ts from "typescript";
import { KernelError } from "../errors.js";
import { createCompiler, missingInternals } from "./compiler.js";
import type { Compiler } from "./compiler.js";

/** A message of the compiler about a cell; positions count from the start of the cell. */
export interface TslabDiagnostic {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
  readonly messageText: string;
  readonly code: number;
  readonly fileName?: string;
}

/** A cell as tslab has converted it. */
export interface Conversion {
  readonly diagnostics: readonly TslabDiagnostic[];
  readonly output?: string;
  readonly declOutput?: string;
  readonly hasToplevelAwait?: boolean;
  readonly lastExpressionVar?: string;
  readonly sideOutputs?: readonly unknown[];
}

/** tslab's converter: TypeScript with the declarations of earlier cells to JavaScript and declarations. */
export interface Converter {
  convert(declarations: string, source: string): Conversion;
  inspect(declarations: string, source: string, position: number): ts.QuickInfo | undefined;
  complete(declarations: string, source: string, position: number): Completions;
  addModule(name: string, source: string, meta: unknown): readonly TslabDiagnostic[];
  close(): void;
}

/** Names that fit at a position. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly string[];
  readonly original?: ts.CompletionInfo;
}

/** tslab's executor: runs what the converter gives. */
export interface Executor {
  execute(source: string): Promise<boolean>;
  inspect(source: string, position: number): ts.QuickInfo | undefined;
  complete(source: string, position: number): Completions;
  readonly locals: Record<string, unknown>;
  interrupt(): void;
}

/** The parts of tslab that the kernel stands on. */
export interface Tslab {
  readonly compiler: Compiler;
  createConverter(options: { readonly isJS: boolean; readonly isBrowser: boolean }): Converter;
  createExecutor(
    folder: string,
    converters: { readonly node: Converter; readonly browser: Converter; close(): void },
    console: { log(value: unknown): void; error(...values: unknown[]): void },
  ): Executor;
  isCompleteCode(source: string): { readonly completed: boolean; readonly indent?: string };
  /** Where `tslab.display` sends its outputs. */
  onDisplay(send: (content: unknown, update: boolean | undefined) => void): void;
}

/** The only version that is known to fit: what is used here is not its public interface. */
export const tslabVersion = "1.0.22";

/** Functions of tslab by file. */
const symbols = {
  "tslab/dist/converter.js": ["createConverter", "isCompleteCode", "esModuleToCommonJSModule"],
  "tslab/dist/executor.js": ["createExecutor", "createRequire"],
} as const;

/**
 * Loads tslab on `typescript`, which takes the place of its own fork.
 *
 * @throws KernelError if a part that the kernel stands on is missing, or tslab is of another version.
 */
export function loadTslab(typescript: typeof ts): Tslab {
  const require = createRequire(import.meta.url);
  checkInternals(typescript);
  checkVersion(readVersion(require));
  const compiler = createCompiler(typescript);
  replaceModule(
    createRequire(require.resolve("tslab/dist/converter.js")),
    "@tslab/typescript-for-tslab",
    compiler.forTslab,
  );

  const parts: Record<string, unknown> = {};
  for (const [file, names] of Object.entries(symbols)) {
    const loaded = require(file) as Record<string, unknown>;
    checkSymbols(file, loaded, names);
    Object.assign(parts, loaded);
  }
  const { createConverter, createExecutor, isCompleteCode } = parts as unknown as Tslab;
  return {
    compiler,
    createConverter,
    createExecutor,
    isCompleteCode,
    onDisplay: (send) => {
      (require("tslab/dist/jupyter.js") as Record<string, unknown>)["lastWriteDisplayData"] = send;
    },
  };
}

/**
 * Checks that a file of tslab still has the functions that are used.
 *
 * @throws KernelError if `loaded` lacks one of `names`.
 */
export function checkSymbols(file: string, loaded: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const missing = names.filter((name) => typeof loaded[name] !== "function");
  if (missing.length > 0) fail(`${file} without ${missing.join(", ")}`);
}

/**
 * Checks the version of tslab.
 *
 * @throws KernelError if it is not the one that this kernel is made for.
 */
export function checkVersion(version: string): void {
  if (version !== tslabVersion) fail(`tslab ${version}`);
}

function checkInternals(typescript: typeof ts): void {
  const missing = missingInternals(typescript);
  if (missing.length > 0) fail(`TypeScript ${typescript.version} without ${missing.join(", ")}`);
}

function fail(got: string): never {
  throw new KernelError({
    what: "the kernel does not fit the parts that it is made from",
    got,
    expected: `tslab ${tslabVersion} and TypeScript 5.9.3`,
    fix: "Install @simgrad/jupyter-kernel again; it pins both",
  });
}

function readVersion(require: NodeJS.Require): string {
  return (require("tslab/package.json") as { readonly version: string }).version;
}

/** Makes `require(id)` give `exports` without loading the module. */
function replaceModule(require: NodeJS.Require, id: string, exports: object): void {
  const file = require.resolve(id);
  require.cache[file] = { id: file, filename: file, loaded: true, exports, children: [], paths: [] } as never;
}
