import fs from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import ts from "typescript";
import * as core from "../index.js";
import * as testing from "../testing/index.js";

/** docs/plugins.md, whose TypeScript blocks are the files of a small package: each begins with its path. */
const page = fs.readFileSync(new URL("../../../../docs/plugins.md", import.meta.url), "utf8");
const files = new Map(
  [...page.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)].map(([, file, text]) => [file as string, text as string]),
);

type Exports = Record<string, unknown>;
const packages: Readonly<Record<string, Exports>> = {
  "@simgrad/core": core,
  "@simgrad/core/testing": testing,
  // The reader's test runner registers its tests here.
  "node:test": { test },
};
const loaded = new Map<string, Exports>();
const printed: string[] = [];

/** Runs a file of the page and those that it imports. What awaits at its end is awaited. */
function load(file: string): Exports {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const exports: Exports = {};
  loaded.set(file, exports);
  const source = files.get(file);
  if (source === undefined) throw new Error(`docs/plugins.md has no ${file}`);
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const find = (name: string): Exports =>
    packages[name] ?? load(path.posix.join(path.posix.dirname(file), name).replace(/\.js$/, ".ts"));
  const print = {
    log: (...values: unknown[]) =>
      printed.push(values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" ")),
  };
  const body = new Function(
    "exports",
    "require",
    "console",
    `"use strict"; return (async () => {${outputText}})();`,
  ) as (...args: readonly unknown[]) => Promise<void>;
  exports["done"] = body(exports, find, print);
  return exports;
}

/** What stands behind `console.log(...); //` in a file. */
function promised(file: string): string[] {
  return [...(files.get(file) ?? "").matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text as string);
}

describe("docs/plugins.md", () => {
  it("has only blocks that are run", () => {
    expect(files.size).toBe([...page.matchAll(/^```ts$/gm)].length);
  });

  describe.each([...files.keys()].filter((file) => promised(file).length > 0))("%s", (file) => {
    beforeAll(async () => {
      printed.length = 0;
      await load(file)["done"];
    });
    afterAll(() => void (printed.length = 0));

    it("prints what the page says", () => {
      expect(printed).toEqual(promised(file));
    });
  });

  describe("test/plugin.test.ts", () => {
    load("test/plugin.test.ts");
  });

  it("shows the whole package: every file is run", () => {
    expect([...loaded.keys()].sort()).toEqual([...files.keys()].sort());
  });
});
