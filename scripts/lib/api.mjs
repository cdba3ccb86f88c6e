import fs from "node:fs";
import path from "node:path";
import { packages } from "./packages.mjs";
import { root } from "./paths.mjs";
import { captureNode } from "./run.mjs";

const extractor = path.join(root, "node_modules", "@microsoft", "api-extractor", "bin", "api-extractor");

/**
 * Compares what each door of each package exports with its committed report, packages/NAME/etc/*.api.md.
 *
 * @param {{write: boolean}} options `write`: the report is written anew instead
 * @returns {Promise<{status: number, output: string}>}
 */
export const apiReports = async ({ write }) => {
  let status = 0;
  let output = "";
  for (const { folder } of packages()) {
    fs.mkdirSync(path.join(folder, "etc"), { recursive: true });
    for (const config of fs.readdirSync(folder).filter((name) => /^api-extractor.*\.json$/.test(name))) {
      const result = await captureNode(extractor, [
        "run",
        "--config",
        path.join(folder, config),
        ...(write ? ["--local"] : []),
      ]);
      status ||= result.status;
      output += result.output;
    }
  }
  return { status, output };
};
