import fs from "node:fs";
import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import ts from "typescript";
import * as core from "../index.js";

/** Pages whose TypeScript blocks are programs of their own: each begins with its name. */
const pages = ["integrators", "debugging"].map((name) => {
  const text = fs.readFileSync(new URL(`../../../../docs/${name}.md`, import.meta.url), "utf8");
  const programs = [...text.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)].map(
    ([, title, source]) => [title as string, source as string] as const,
  );
  return { name, text, programs };
});

/** Runs a program of a page, and returns what it prints. */
function run(source: string): string[] {
  const printed: string[] = [];
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const print = {
    log: (...values: unknown[]) =>
      printed.push(values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" ")),
  };
  const body = new Function("exports", "require", "console", `"use strict";${outputText}`) as (
    ...args: readonly unknown[]
  ) => void;
  const before = core.setDebugPrinter((line) => printed.push(line));
  try {
    body({}, () => core, print);
  } finally {
    core.setDebugPrinter(before);
  }
  return printed;
}

describe.each(pages)("docs/$name.md", ({ text, programs }) => {
  it("has only blocks that are run", () => {
    expect(programs.length).toBe([...text.matchAll(/^```ts$/gm)].length);
  });

  it.each(programs)("%s prints what the page says", (_, source) => {
    const promised = [...source.matchAll(/^\s*(?:console\.log|debugPrint)\(.*\); \/\/ (.*)$/gm)].map(
      ([, line]) => line as string,
    );
    const printed = run(source);
    expect(promised.length).toBeGreaterThan(0);
    // a line in a loop stands for all of its turns
    expect([...new Set(printed)]).toEqual(promised);
  });
});
