import crypto from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import vm from "node:vm";
import type ts from "typescript";

/** The compiler, and a way to make the next start faster. */
export interface LoadedTypescript {
  readonly typescript: typeof ts;
  /** Stores the compiled code of what has run so far, if it is not stored yet. */
  storeCode(): void;
}

/**
 * Loads TypeScript with V8's compiled code of an earlier start, which takes a third of the time. The code lies in the
 * user's cache folder; without one, or after an update of Node or TypeScript, it is compiled as usual.
 */
export function loadTypescript(cacheFolder: string = userCache()): LoadedTypescript {
  const require = createRequire(import.meta.url);
  const file = require.resolve("typescript");
  const text = fs.readFileSync(file, "utf8");
  const key = crypto
    .createHash("sha256")
    .update(file)
    .update(process.version)
    .update(String(text.length))
    .digest("hex");
  const stored = path.join(cacheFolder, `${key.slice(0, 16)}.v8`);
  const cachedData = readIfThere(stored);
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  run(module.exports, createRequire(file), module, file, path.dirname(file));
  // Whoever else asks for TypeScript gets the same copy.
  require.cache[file] = {
    id: file,
    filename: file,
    loaded: true,
    exports: module.exports,
    children: [],
    paths: [],
  } as never;

  const isStored = cachedData !== undefined && script.cachedDataRejected !== true;
  return {
    typescript: module.exports as typeof ts,
    storeCode: () => {
      if (!isStored) writeWhole(stored, script.createCachedData());
    },
  };
}

function userCache(): string {
  const base =
    process.env["XDG_CACHE_HOME"] ??
    (process.platform === "win32" ? process.env["LOCALAPPDATA"] : undefined) ??
    path.join(os.homedir(), ".cache");
  return path.join(base, "simgrad-jupyter-kernel");
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Writes beside and renames, so that a kernel that starts at the same time reads all or nothing. */
function writeWhole(file: string, data: Buffer): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const beside = `${file}.${process.pid}`;
    fs.writeFileSync(beside, data);
    fs.renameSync(beside, file);
  } catch {
    // A folder that cannot be written to costs time at each start, and nothing else.
  }
}
