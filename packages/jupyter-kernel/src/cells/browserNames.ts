import { createRequire } from "node:module";
import path from "node:path";
import type ts from "typescript";
import type { TslabDiagnostic } from "./tslab.js";

/** "Cannot find name", "cannot find namespace", the same with a guess, and the same with advice about `lib`. */
const unknownName = new Set([2304, 2503, 2552, 2584, 2592, 2693]);

let domTypes: string | undefined;

/** Whether a cell failed because it uses a name that only the types of the browser have, as `WebAssembly`. */
export function browserNames(typescript: typeof ts, diagnostics: readonly TslabDiagnostic[]): boolean {
  const names = diagnostics
    .filter(({ code }) => unknownName.has(code))
    .map(({ messageText }) => /'([\w$]+)'/.exec(messageText)?.[1])
    .filter((name) => name !== undefined);
  if (names.length === 0) return false;
  // Read at the first unknown name, and once: cells with a typing error in them must not read a megabyte each.
  const text = (domTypes ??= typescript.sys.readFile(domLibrary()) ?? "");
  return names.some((name) => new RegExp(`^(?:interface|type|declare \\w+) ${name}\\b`, "m").test(text));
}

function domLibrary(): string {
  return path.join(path.dirname(createRequire(import.meta.url).resolve("typescript")), "lib.dom.d.ts");
}
