import path from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { main, noMoreArguments } from "./lib/main.mjs";
import { executeNotebook } from "./lib/notebook.mjs";
import { root, shown } from "./lib/paths.mjs";
import { table } from "./lib/table.mjs";
import { checkPython, ensureVenv } from "./lib/venv.mjs";

const help = `
npm run quickstart

From a fresh clone to a first result: installs the npm packages, builds, makes a Python environment with JupyterLab and
the TypeScript kernel in .venv, executes notebooks/20-wave-inversion.ipynb, writes it with its pictures to out/, and
prints what was recovered. Nothing is installed outside of this folder, and a second run installs nothing again.

Needed: Node 20.19 or newer; Python 3.11 or newer with its venv module (SIMGRAD_PYTHON names one that is not found).
`;

await main(help, async (args) => {
  noMoreArguments(args);
  await checkPython();
  await ensureBuilt();
  await ensureVenv();
  const { files, rows } = await executeNotebook(path.join(root, "notebooks", "20-wave-inversion.ipynb"));
  const cells = rows.map(({ what, value, note }) => [String(what), String(value), String(note ?? "")]);
  process.stdout.write(`\n${table(["what", "value", "note"], cells)}\n\n`);
  process.stdout.write(
    `${table(
      ["file", "what it is"],
      files.map((file) => [shown(file), description(file)]),
    )}\n\n`,
  );
  process.stdout.write("To go on in JupyterLab: npm run lab\n");
});

function description(file) {
  if (file.endsWith(".ipynb")) return "the notebook with its outputs";
  if (file.endsWith(".html")) return "the same as a page: open it in a browser";
  return "written by the notebook";
}
