import path from "node:path";
import url from "node:url";

/** Where things lie in the repository; every path that more than one script needs. */
export const root = path.resolve(path.dirname(url.fileURLToPath(import.meta.url)), "../..");

const inRoot = (...parts) => path.join(root, ...parts);

/** Folder for what the notebooks write; git ignores it. */
export const outFolder = inRoot("out");

/** Folder for logs and results of the tools; removed together with `node_modules`. */
export const cacheFolder = inRoot("node_modules", ".cache", "simgrad");

/** Python's virtual environment of this repository. */
export const venvFolder = inRoot(".venv");

/** The compiler of this repository. `node_modules/.bin/tsc` is tslab's older fork, so it is never called by that name. */
export const tsc = inRoot("node_modules", "typescript", "bin", "tsc");

/** tslab's own TypeScript 5.0.4, which type-checks the cells of a notebook. */
export const tslabTsc = inRoot("node_modules", "@tslab", "typescript-for-tslab", "bin", "tsc");

/** The reference figures beside the repository, where it has a neighbour that holds them. */
export const sharedFolder = process.env.SIMGRAD_SHARED ?? path.resolve(root, "..", "shared");

/** A path as a person reads it: relative to the folder in which the command was given. */
export const shown = (file) => {
  const relative = path.relative(process.env.INIT_CWD ?? process.cwd(), file);
  return relative === "" ? "." : relative;
};
