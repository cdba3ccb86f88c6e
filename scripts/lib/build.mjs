import fs from "node:fs";
import path from "node:path";
import { ensureInstalled } from "./install.mjs";
import { root, tsc } from "./paths.mjs";
import { runNode } from "./run.mjs";
import { step } from "./step.mjs";

/** Compiles what changed in the packages, after installing what is missing. */
export const ensureBuilt = async () => {
  await ensureInstalled();
  await step("building the packages", () =>
    runNode(tsc, ["-b", path.join(root, "tsconfig.json")], {
      failure: "The packages do not compile: the lines above say where.",
    }),
  );
  await bundle("jupyter-views", "bundling the live views", ["jupyter-views/src"], "dist/views/views.json");
  await bundle(
    "jupyter-lab-extension",
    "bundling the JupyterLab extension",
    ["jupyter-lab-extension/src", "jupyter-views/src"],
    "labextension/package.json",
  );
};

/** Runs a package's build.mjs, unless its result is newer than its sources. */
const bundle = async (name, title, sources, result) => {
  const folder = path.join(root, "packages", name);
  const newest = Math.max(
    modified(path.join(folder, "package.json")),
    modified(path.join(folder, "build.mjs")),
    ...sources.flatMap((source) => filesIn(path.join(root, "packages", source)).map(modified)),
  );
  if (modified(path.join(folder, result)) > newest) return;
  await step(title, () =>
    runNode(path.join(folder, "build.mjs"), [], {
      failure: `packages/${name} was not bundled: the lines above say why.`,
    }),
  );
};

const filesIn = (folder) =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/** When a file was written, ms; 0 where there is none. */
const modified = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
