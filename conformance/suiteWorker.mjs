/** Runs cases of the SBML Test Suite that its parent sends, one by one, and writes what each gives as CSV. */

import fs from "node:fs";
import path from "node:path";
import { sbmlModel, UnsupportedModelError } from "@simgrad/ode-bio";
import { modelFile, readSettings } from "./lib/cases.mjs";
import { formatCsv } from "./lib/csv.mjs";
import { simulateCase } from "./lib/simulateCase.mjs";

process.on("message", ({ folder, id, out }) => {
  process.send({ id, ...runCase(folder, id, out) });
});

function runCase(folder, id, out) {
  try {
    if (modelFile(folder, id) === null)
      return { state: "failed", reason: "there is no such case, or it has no SBML file" };
    if (Number.isNaN(readSettings(folder, id).duration)) {
      return { state: "refused", reason: "no time course (flux balance)" };
    }
    const { names, columns } = simulateCase(sbmlModel, folder, id);
    fs.writeFileSync(path.join(out, `${id}.csv`), formatCsv(names, columns));
    return { state: "ran" };
  } catch (error) {
    const state = error instanceof UnsupportedModelError ? "refused" : "failed";
    return { state, reason: error instanceof Error ? error.message.split("\n")[0] : String(error) };
  }
}
