/** Runs models that its parent sends, one by one: all species as concentrations. */

import fs from "node:fs";
import path from "node:path";
import { statusOf } from "@simgrad/core";
import { sbmlModel, UnsupportedModelError } from "@simgrad/ode-bio";
import { formatCsv } from "./lib/csv.mjs";

process.on("message", ({ file, ...settings }) => {
  process.send(runModel(file, settings));
});

function runModel(file, { out, times, rtol, atols }) {
  const id = path.basename(file, ".xml");
  try {
    const model = sbmlModel(fs.readFileSync(file, "utf8"), { file: path.basename(file) });
    const species = model.model.species.map((part) => part.id);
    const outputs = species.map((name) => `concentration(${name})`);
    let status;
    for (const atol of atols) {
      const options = { times: Float64Array.from(times), outputs, rtol, atol };
      const run = model.simulator(options).run({ parameters: {} });
      status = statusOf(run.status);
      if (status.code !== 0) continue;
      const columns = outputs.map((name) => run.outputs[name].data);
      fs.writeFileSync(path.join(out, `${id}.csv`), formatCsv(["time", ...species], [times, ...columns]));
      return { id, state: "ran" };
    }
    return { id, state: "failed", reason: `${status.name}: ${status.remedy}` };
  } catch (error) {
    const state = error instanceof UnsupportedModelError ? "refused" : "failed";
    return { id, state, reason: error instanceof Error ? error.message.split("\n")[0] : String(error) };
  }
}
