import fs from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";
import { step } from "./step.mjs";

/** Installs the packages of package-lock.json, unless exactly these are there already. */
export const ensureInstalled = async () => {
  if (isInstalled()) return;
  await step("installing the npm packages", () => {
    const npm = process.env.npm_execpath;
    const args = ["ci", "--no-audit", "--no-fund"];
    const options = {
      failure:
        "npm could not install the packages: the lines above say why; the registry must be reachable for the first run.",
    };
    if (npm?.endsWith("npm-cli.js")) return run(process.execPath, [npm, ...args], options);
    return run(process.platform === "win32" ? "npm.cmd" : "npm", args, options);
  });
};

/**
 * Compares the lockfile with the one that npm leaves in `node_modules` at the end of an installation. That one is
 * written last, so an installation that broke off does not count, and one that was made by hand does.
 */
const isInstalled = () => {
  const wanted = readJson(path.join(root, "package-lock.json"))?.packages;
  const found = readJson(path.join(root, "node_modules", ".package-lock.json"))?.packages;
  if (wanted === undefined || found === undefined) return false;
  return Object.entries(wanted)
    .filter(([name]) => name.includes("node_modules/"))
    .every(([name, { version, optional, devOptional, link }]) => {
      const installed = found[name];
      if (installed === undefined) return optional === true || devOptional === true;
      return link === true ? installed.link === true : installed.version === version;
    });
};

const readJson = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
};
