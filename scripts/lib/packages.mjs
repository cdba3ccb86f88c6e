import fs from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";

/** The packages of this repository: their folder's name and their package.json. */
export const packages = () =>
  fs
    .readdirSync(path.join(root, "packages"))
    .filter((name) => fs.existsSync(path.join(root, "packages", name, "package.json")))
    .sort()
    .map((name) => {
      const folder = path.join(root, "packages", name);
      return { name, folder, manifest: JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) };
    });
