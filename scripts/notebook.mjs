import fs from "node:fs";
import path from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { main, takeFlag, takeOption } from "./lib/main.mjs";
import { allNotebooks, executeNotebook, ownKernel, saveOutputs } from "./lib/notebook.mjs";
import { shown } from "./lib/paths.mjs";
import { Problem } from "./lib/problem.mjs";
import { checkPython, ensureVenv } from "./lib/venv.mjs";

const help = `
npm run notebook [-- [--kernel simgrad|tslab] [--save] FILE.ipynb ...]

Executes notebooks in the TypeScript kernel, all those in notebooks/ if none is named, and writes each with its outputs
to out/, as a notebook and as HTML. A cell that fails, or that prints on stderr, is a failure. The kernel is that of this
repository, "simgrad", unless another is named. With --save the outputs also go into the notebooks themselves, where a code
host shows their pictures: do so after a change of a notebook.
`;

const kernels = [ownKernel, "tslab"];

await main(help, async (args) => {
  const save = takeFlag(args, "--save");
  const kernel = takeOption(args, "--kernel") ?? ownKernel;
  if (!kernels.includes(kernel)) throw new Problem(`There is no kernel ${kernel}; there are ${kernels.join(" and ")}.`);
  const files = args.length === 0 ? allNotebooks() : args.map((file) => path.resolve(process.env.INIT_CWD ?? "", file));
  const missing = files.find((file) => !fs.existsSync(file));
  if (missing !== undefined) throw new Problem(`There is no notebook ${shown(missing)}.`);
  if (files.length === 0) throw new Problem("There is no notebook in notebooks/.");
  await checkPython();
  await ensureBuilt();
  await ensureVenv();
  for (const file of files) {
    const { files: written } = await executeNotebook(file, kernel);
    if (save)
      saveOutputs(
        file,
        written.find((name) => name.endsWith(".ipynb")),
      );
    process.stdout.write(written.map((name) => `  ${shown(name)}\n`).join(""));
  }
});
