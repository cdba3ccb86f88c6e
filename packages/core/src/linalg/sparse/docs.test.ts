import fs from "node:fs";
import { inspect } from "node:util";
import { expect, it } from "@jest/globals";
import ts from "typescript";
import * as core from "../../index.js";

const page = fs.readFileSync(new URL("../../../../../docs/sparse.md", import.meta.url), "utf8");
/** The TypeScript blocks of the page as one file. */
const source = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text]) => text as string).join("\n");

it("docs/sparse.md prints what it says", () => {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const printed: string[] = [];
  const print = {
    log: (...values: unknown[]) =>
      printed.push(values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" ")),
  };
  const body = new Function("exports", "require", "console", outputText) as (...args: readonly unknown[]) => void;
  body({}, () => core, print);
  const promised = [...source.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text as string);
  expect(printed.map((line) => line.replace(/\s+/g, " "))).toEqual(promised);
});
