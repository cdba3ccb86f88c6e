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
};
