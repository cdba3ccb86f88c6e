import fs from "node:fs";
import path from "node:path";
import { Problem } from "../../scripts/lib/problem.mjs";
import { modelFile, readSettings } from "./cases.mjs";

/** Steps that a case may take: the random ones have hundreds of thousands of events. */
const maxSteps = 5_000_000;

/** How much closer than a case asks is integrated. */
const margin = 1e-4;

/**
 * Simulates a case as its settings ask. No file with expected results is read.
 *
 * @param {typeof import("@simgrad/ode-bio").sbmlModel} sbmlModel
 * @param {string} folder of all cases
 * @param {string} id five digits, of a case that has a file
 * @returns {{ names: readonly string[], columns: readonly ArrayLike<number>[] }} the time, then each variable
 * @throws UnsupportedModelError for what is not simulated; Problem where the run ends early.
 */
export const simulateCase = (sbmlModel, folder, id) => {
  const file = modelFile(folder, id);
  const { start, duration, steps, variables, amount, concentration, ...tolerances } = readSettings(folder, id);
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
    rtol: Math.min(1e-7, tolerances.relative * margin),
    atol: Math.min(1e-12, tolerances.absolute * margin),
  });
  const run = simulator.run({ parameters: {} });
  const code = run.status.item();
  if (code !== 0)
    throw new Problem(`The run ended early, with status ${code}: statusOf of @simgrad/core says what to do.`);
  return { names: ["time", ...variables], columns: [times, ...outputs.map((name) => run.outputs[name].data)] };
};
