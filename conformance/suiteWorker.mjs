/** Runs cases of the SBML Test Suite that its parent sends, one by one, and writes what each gives as CSV. */

import fs from "node:fs";
import path from "node:path";
import { sbmlModel, UnsupportedModelError } from "@simgrad/ode-bio";
import { modelFile, readSettings } from "./lib/cases.mjs";
import { formatCsv } from "./lib/csv.mjs";

/** Steps that a case may take: the random ones have hundreds of thousands of events. */
const maxSteps = 5_000_000;

/** How much closer than a case asks is integrated. */
const margin = 1e-4;

process.on("message", ({ folder, id, out }) => {
  process.send({ id, ...runCase(folder, id, out) });
});

function runCase(folder, id, out) {
  try {
    const file = modelFile(folder, id);
    if (file === null) return { state: "failed", reason: "the case has no SBML file" };
    const settings = readSettings(folder, id);
    if (Number.isNaN(settings.duration)) return { state: "refused", reason: "no time course (flux balance)" };
    fs.writeFileSync(path.join(out, `${id}.csv`), simulate(file, settings));
    return { state: "ran" };
  } catch (error) {
    const state = error instanceof UnsupportedModelError ? "refused" : "failed";
    return { state, reason: error instanceof Error ? error.message.split("\n")[0] : String(error) };
  }
}

function simulate(file, settings) {
  const { start, duration, steps, variables, amount, concentration } = settings;
  const times = Float64Array.from({ length: steps + 1 }, (_, i) => start + (duration * i) / steps);
  const model = sbmlModel(fs.readFileSync(file, "utf8"), {
    file: path.basename(file),
    resolve: (uri) => fs.readFileSync(path.join(path.dirname(file), path.basename(uri)), "utf8"),
  });
  const outputOf = (id) => {
    if (amount.has(id)) return `amount(${id})`;
    return concentration.has(id) ? `concentration(${id})` : id;
  };
  const isSpecies = (id) => model.model.species.some((species) => species.id === id);
  const outputs = variables.map((id) => (isSpecies(id) ? outputOf(id) : id));
  const simulator = model.simulator({
    outputs,
    times,
    maxSteps,
    rtol: Math.min(1e-7, settings.relative * margin),
    atol: Math.min(1e-12, settings.absolute * margin),
  });
  const run = simulator.run({ parameters: {} });
  if (run.status.item() !== 0) throw new Error(`the run ended early: status ${run.status.item()}`);
  return formatCsv(["time", ...variables], [times, ...outputs.map((name) => run.outputs[name].data)]);
}
