import path from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { main } from "./lib/main.mjs";
import { outFolder, root } from "./lib/paths.mjs";
import { capture } from "./lib/run.mjs";
import { checkPython, ensureVenv, jupyterEnvironment, venvPython } from "./lib/venv.mjs";

const help = `
npm run lab [-- OPTIONS OF JUPYTER LAB]

Opens JupyterLab on notebooks/, with the TypeScript kernel; installs and builds what is missing. Ctrl-C twice ends it.
Options go to JupyterLab, for example: npm run lab -- --no-browser --port=8890
`;

await main(help, async (args) => {
  await checkPython();
  await ensureBuilt();
  await ensureVenv();
  process.on("SIGINT", () => {}); // JupyterLab gets it too, and asks; this script ends after it
  const lab = [
    "-m",
    "jupyterlab",
    `--ServerApp.root_dir=${path.join(root, "notebooks")}`,
    "--LabApp.extension_manager=readonly",
  ];
  const { status } = await capture(venvPython, [...lab, ...args], {
    show: true,
    env: { ...jupyterEnvironment, SIMGRAD_OUT: outFolder },
  });
  return status;
});
