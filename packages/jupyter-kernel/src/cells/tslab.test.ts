import { describe, expect, it } from "@jest/globals";
import ts from "typescript";
import { missingInternals } from "./compiler.js";
import { checkSymbols, checkVersion } from "./tslab.js";

describe("the check at start-up", () => {
  it("finds all that is needed in the pinned TypeScript", () => {
    expect(missingInternals(ts)).toEqual([]);
  });

  it("names what is missing, and the version that would do", () => {
    expect(missingInternals({ ...ts, findNextToken: undefined })).toEqual(["findNextToken"]);
    expect(() => checkSymbols("tslab/dist/executor.js", { createRequire: () => {} }, ["createExecutor"])).toThrow(
      /executor.js without createExecutor.*tslab 1\.0\.22/,
    );
    expect(() => checkVersion("1.0.23")).toThrow(/got tslab 1\.0\.23/);
  });
});
