import path from "node:path";
import type ts from "typescript";

/** Which types cells know without importing them, beyond those of the language. To read them takes time. */
export interface Ambient {
  /** Node's: half a second. */
  readonly node: boolean;
  /** The DOM's and WebAssembly's: a third of a second. */
  readonly dom: boolean;
  /** The comments on all types, which an inspection shows: a second. */
  readonly docs: boolean;
}

const methods = [
  ...["debug", "dir", "dirxml", "error", "group", "groupCollapsed", "info", "log", "table", "trace", "warn"],
  ...["assert", "clear", "count", "countReset", "groupEnd", "time", "timeEnd", "timeLog"],
];

/** What Node's types say of `console`, in few words, for as long as nothing else of them is needed. */
const consoleTypes = `interface Console { ${methods.map((name) => `${name}(...data: any[]): void;`).join(" ")} }
declare var console: Console;
`;

/** Compiler options for the types that are known. `roots` are the folders where packages of types are looked for. */
export function ambientOptions({ node, dom }: Ambient, roots: readonly string[]): ts.CompilerOptions {
  const libraries = ["es2023", "esnext.disposable", ...(dom ? ["dom", "dom.iterable"] : [])];
  return { lib: libraries.map((name) => `lib.${name}.d.ts`), types: node ? ["node"] : [], typeRoots: [...roots] };
}

/** A file of declarations that exists in memory alone. */
export interface VirtualFile {
  readonly name: string;
  readonly text: string;
}

/** Declarations that stand in for types that are not known yet. */
export function standIns({ node }: Ambient, folder: string): readonly VirtualFile[] {
  return node ? [] : [{ name: path.posix.join(folder, "__console__.d.ts"), text: consoleTypes }];
}
