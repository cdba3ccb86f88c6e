import fs from "node:fs";
import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import ts from "typescript";
import * as core from "../../index.js";

/** docs/integrators.md, whose TypeScript blocks are programs of their own: each begins with its name. */
const page = fs.readFileSync(new URL("../../../../../docs/integrators.md", import.meta.url), "utf8");
const programs = new Map(
  [...page.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)].map(([, name, text]) => [name as string, text as string]),
);

/** Runs a program of the page, and returns what it prints. */
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
  body({}, () => core, print);
  return printed;
}

describe("docs/integrators.md", () => {
  it("has only blocks that are run", () => {
    expect(programs.size).toBe([...page.matchAll(/^```ts$/gm)].length);
  });

  it.each([...programs])("%s prints what the page says", (_, source) => {
    const promised = [...source.matchAll(/^\s*console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text as string);
    const printed = run(source);
    expect(promised.length).toBeGreaterThan(0);
    // a line in a loop stands for all of its turns
    expect([...new Set(printed)]).toEqual(promised);
  });
});
