import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ModelError, UnsupportedModelError } from "../model/modelError.js";
import { bare } from "../testTexts/bare.js";
import { formatSbml } from "./formatSbml.js";
import { sharedFolder } from "../reference/sharedFile.js";
import { readSbml } from "./readSbml.js";

const biomodels = join(sharedFolder, "data/biomodels");
const suite = join(sharedFolder, "data/sbml-test-suite/cases/semantic");

/** What became of each file: `read`, or why it was refused. */
function outcomes(paths: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const path of paths) {
    const result = outcome(readFileSync(path, "utf8"));
    counts[result] = (counts[result] ?? 0) + 1;
  }
  return counts;
}

function outcome(text: string): string {
  try {
    readSbml(text);
    return "read";
  } catch (error) {
    if (error instanceof UnsupportedModelError) return error.feature;
    if (error instanceof ModelError) return String(error.data["rule"]);
    throw error;
  }
}

/** Files of a case, the highest level and version last. */
function filesOf(name: string): readonly string[] {
  const files = readdirSync(join(suite, name)).filter((file) => /-sbml-l\dv\d\.xml$/.test(file));
  return files.sort().map((file) => join(suite, name, file));
}

(existsSync(biomodels) ? describe : describe.skip)("models of BioModels", () => {
  it("are read, but for delays and fast reactions", () => {
    expect(outcomes(readdirSync(biomodels).map((file) => join(biomodels, file)))).toEqual({
      read: 392,
      delay: 2,
      "fast reaction": 2,
    });
  });
});

(existsSync(suite) ? describe : describe.skip)("cases of the SBML test suite", () => {
  const cases = existsSync(suite) ? readdirSync(suite) : [];

  it("are read at their highest level and version, or refused for what is not supported", () => {
    expect(outcomes(cases.map((name) => filesOf(name).at(-1)!))).toEqual({
      read: 1024,
      comp: 79,
      delay: 34,
      fbc: 22,
      "fast reaction": 21,
    });
  });

  it("are written so that they read back equal, at each level and version present", () => {
    let count = 0;
    for (const path of cases.flatMap(filesOf)) {
      const text = readFileSync(path, "utf8");
      if (text.includes("stoichiometryMath") || outcome(text) !== "read") continue;
      const model = readSbml(text);
      expect(bare(readSbml(formatSbml(model)))).toEqual(bare(model));
      count++;
    }
    expect(count).toBe(1882);
  });
});
