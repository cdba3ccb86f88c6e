import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type ts from "typescript";
import { ambientOptions, standIns } from "./ambient.js";
import type { Ambient, VirtualFile } from "./ambient.js";
import { interruptibleAwaits } from "./interruptible.js";
import { quickInfo } from "./quickInfo.js";
import { splitInlineMap } from "./positions.js";
import type { CellMap } from "./positions.js";

/** The compiler that tslab is given, and what it noticed about the cell that was converted last. */
export interface Compiler {
  /** Stands in the place of tslab's own fork of TypeScript. */
  readonly forTslab: object;
  /** From the JavaScript of the last cell to its source; of the last call of `transpileModule`. */
  lastMap(): CellMap | null;
  /** Whether the last cell awaits outside of all functions. */
  lastAwaits(): boolean;
  /** Names the cell that is converted next; its awaits say where they stand by this name. */
  nameCell(name: string): void;
  /** Chooses the types that the converter which is created next knows. */
  know(ambient: Ambient): void;
}

type Typescript = typeof ts;

/** Members of TypeScript that are not in its types; `missingInternals` lists those that a version lacks. */
interface Internals {
  readonly nullTransformationContext: ts.TransformationContext;
  readonly Completions: { getCompletionsAtPosition(...args: unknown[]): unknown };
}

/**
 * TypeScript, as tslab 1.0.22 wants it: with the members that its fork of TypeScript 5.0 adds, and with options under
 * which notebooks can be written as today's projects are. A newer TypeScript brings `using`, decorators and
 * `Float64Array<ArrayBuffer>`; `exports` of packages are followed; Node's types are known in any folder.
 */
export function createCompiler(typescript: Typescript): Compiler {
  const internals = typescript as unknown as Internals;
  const installed = new Map<string, ts.SourceFile>();
  let builder: ts.BuilderProgram | null = null;
  watchOnlyWhatChanges(typescript);
  let map: CellMap | null = null;
  let awaits = false;
  let ambient: Ambient = { node: true, dom: false, docs: true };
  let cell = "";

  const createWatchCompilerHost = (files: string[], options: ts.CompilerOptions, ...rest: unknown[]): object => {
    const create = typescript.createWatchCompilerHost as unknown as (...args: unknown[]) => object;
    const virtual = standIns(ambient, typescript.sys.getCurrentDirectory());
    const names = virtual.map(({ name }) => name);
    const host = create(
      [...files, ...names],
      { ...options, ...notebookOptions(typescript, options, ambient) },
      ...rest,
    );
    addFiles(host as FileSystem, virtual);
    const { ParseAll, ParseForTypeInfo } = typescript.JSDocParsingMode;
    const jsDocParsingMode = ambient.docs ? ParseAll : ParseForTypeInfo;
    Object.assign(host, { jsDocParsingMode });
    shareInstalled(host as ProgramHost, installed, String(jsDocParsingMode));
    let received: (program: ts.BuilderProgram) => void = () => {};
    return Object.defineProperty(host, "afterProgramCreate", {
      get: () => (program: ts.BuilderProgram) => received((builder = program)),
      set: (callback: typeof received) => (received = callback),
    });
  };

  /**
   * The value of a shorthand property `{ x }` is an identifier that tslab does not see as a use of `x`; written out as
   * `{ x: x }` it becomes `{ x: exports.x }` where `x` is of an earlier cell.
   */
  const visitEachChild = (node: ts.Node, visitor: ts.Visitor, context: ts.TransformationContext): ts.Node => {
    const { factory } = typescript;
    if (!typescript.isShorthandPropertyAssignment(node)) return typescript.visitEachChild(node, visitor, context);
    const original = typescript.getOriginalNode(node);
    const value = builder?.getProgram().getTypeChecker().getShorthandAssignmentValueSymbol(original);
    const ofEarlierCell = value?.declarations?.some((one) => one.getSourceFile().fileName.endsWith(earlierCells));
    if (ofEarlierCell !== true) return typescript.visitEachChild(node, visitor, context);
    const use = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), node.name);
    const initial = node.objectAssignmentInitializer;
    if (initial === undefined) return factory.createPropertyAssignment(node.name, use);
    const rewritten = typescript.visitNode(initial, visitor, typescript.isExpression);
    return factory.createPropertyAssignment(node.name, factory.createAssignment(use, rewritten ?? initial));
  };

  const transpileModule = (text: string, options: ts.TranspileOptions): ts.TranspileOutput => {
    const { code, map: first } = splitInlineMap(text);
    awaits = false;
    const output = typescript.transpileModule(code, {
      ...options,
      compilerOptions: { ...options.compilerOptions, sourceMap: true },
      transformers: { before: [interruptibleAwaits(typescript, cell, () => (awaits = true))] },
    });
    map = first === null ? null : { first, second: JSON.parse(output.sourceMapText ?? "null") as never };
    return { ...output, outputText: output.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, "") };
  };

  const added: Readonly<Record<string, unknown>> = {
    createWatchCompilerHost,
    visitEachChild,
    transpileModule,
    getNullTransformationContext: () => internals.nullTransformationContext,
    getDefaultTypeRoots: defaultTypeRoots,
    getQuickInfoAtPosition: (file: ts.SourceFile, checker: ts.TypeChecker, _token: unknown, position: number) =>
      quickInfo(typescript, checker, file, position),
    getPreEmitDiagnosticsOfFiles: (program: ts.Program, files: readonly ts.SourceFile[]) => diagnostics(program, files),
    Completions: {
      ...internals.Completions,
      getCompletionsAtPositionForTslab: (...args: unknown[]) => internals.Completions.getCompletionsAtPosition(...args),
    },
  };
  // tslab copies the members of a module that says it is an ES module; one that says so is used as it is.
  const forTslab = new Proxy(typescript, {
    get: (target, name) =>
      name === "__esModule"
        ? true
        : (added[name as string] ?? (target as unknown as Record<string | symbol, unknown>)[name]),
  });
  return {
    forTslab,
    lastMap: () => map,
    lastAwaits: () => awaits,
    nameCell: (name) => {
      cell = name;
    },
    know: (types) => {
      ambient = types;
    },
  };
}

/**
 * Installed packages do not change under a running kernel, and to watch each of their files costs time at its start.
 * Folders are not watched at all: that goes through all that lies in them, be it the reader's home.
 */
function watchOnlyWhatChanges({ sys }: Typescript): void {
  const { watchFile } = sys;
  const nothing: ts.FileWatcher = { close: () => {} };
  sys.watchDirectory = () => nothing;
  if (watchFile === undefined) return;
  sys.watchFile = (file, ...rest) => (file.includes("/node_modules/") ? nothing : watchFile.call(sys, file, ...rest));
}

/** Members of TypeScript beyond its public types that this file, and tslab, need and `typescript` has not. */
export function missingInternals(typescript: object): string[] {
  const needed = [
    ...["nullTransformationContext", "Completions.getCompletionsAtPosition", "findPrecedingToken", "findNextToken"],
    ...["parseIsolatedJSDocComment", "getTouchingPropertyName", "isInComment"],
    ...["SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind", "typeToDisplayParts"],
  ];
  return needed.filter((name) => {
    let value: unknown = typescript;
    for (const part of name.split(".")) value = (value as Record<string, unknown> | undefined)?.[part];
    return value === undefined;
  });
}

/** The file in which tslab keeps the declarations of the cells that were executed before. */
const earlierCells = "/__prev__.d.ts";

function notebookOptions(typescript: Typescript, options: ts.CompilerOptions, ambient: Ambient): ts.CompilerOptions {
  return {
    target: typescript.ScriptTarget.ES2022,
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    experimentalDecorators: false,
    inlineSourceMap: true,
    ...ambientOptions(ambient, [...(options.typeRoots ?? []), ownTypes()]),
  };
}

/** What a compiler host reads with. */
interface FileSystem {
  readFile(name: string, encoding?: string): string | undefined;
  fileExists(name: string): boolean;
}

interface ProgramHost {
  createProgram(names: unknown, options: unknown, host: ts.CompilerHost, ...rest: unknown[]): unknown;
}

/**
 * Lets a converter take over what an earlier one has read of installed packages: the libraries of the language and the
 * types of Node do not change. `mode` tells files that are read in different ways apart.
 */
function shareInstalled(host: ProgramHost, read: Map<string, ts.SourceFile>, mode: string): void {
  type Options = ts.ScriptTarget | ts.CreateSourceFileOptions;
  const shared =
    <A extends unknown[]>(
      readFile: (name: string, ...args: A) => ts.SourceFile | undefined,
      options: (args: A) => Options,
    ) =>
    (name: string, ...args: A): ts.SourceFile | undefined => {
      if (!name.includes("/node_modules/")) return readFile(name, ...args);
      const format = options(args);
      const key = `${name} ${mode} ${typeof format === "object" ? format.impliedNodeFormat : ""}`;
      const known = read.get(key);
      if (known !== undefined) return known;
      const file = readFile(name, ...args);
      if (file !== undefined) read.set(key, file);
      return file;
    };
  let isShared = false; // one host reads for all programs of a converter
  const { createProgram } = host;
  host.createProgram = (names, options, reader, ...rest) => {
    if (!isShared) {
      isShared = true;
      const { getSourceFile, getSourceFileByPath } = reader;
      reader.getSourceFile = shared(getSourceFile.bind(reader), ([format]) => format);
      if (getSourceFileByPath !== undefined) {
        reader.getSourceFileByPath = shared(getSourceFileByPath.bind(reader), ([, format]) => format);
      }
    }
    return createProgram(names, options, reader, ...rest);
  };
}

/** Lets `host` see files that exist in memory alone. */
function addFiles(host: FileSystem, files: readonly VirtualFile[]): void {
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  const { readFile, fileExists } = host;
  host.readFile = (name, encoding) => texts.get(name) ?? readFile.call(host, name, encoding);
  host.fileExists = (name) => texts.has(name) || fileExists.call(host, name);
}

/** Folder of the types of Node that this package depends on. */
function ownTypes(): string {
  const manifest = createRequire(import.meta.url).resolve("@types/node/package.json");
  return path.dirname(path.dirname(manifest));
}

function defaultTypeRoots(folder: string): string[] {
  const found: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    const types = path.join(at, "node_modules", "@types");
    if (fs.existsSync(types)) found.push(types);
    if (at === path.dirname(at)) return found;
  }
}

function diagnostics(program: ts.Program, files: readonly ts.SourceFile[]): readonly ts.Diagnostic[] {
  return files.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
    ...program.getDeclarationDiagnostics(file),
  ]);
}
