import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import url from "node:url";

/** Bundles the compiled extension as JupyterLab loads it, and puts the views beside it. */
const folder = path.dirname(url.fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const packageFolder = (name) => path.dirname(require.resolve(`${name}/package.json`));

const builder = path.join(packageFolder("@jupyter/builder"), "lib", "build-labextension.js");
const core = path.join(packageFolder("@jupyterlab/core-meta"), "core.package.json");
const { status, stdout, stderr } = spawnSync(process.execPath, [builder, "--core-package-file", core, folder], {
  encoding: "utf8",
});
if (status !== 0) {
  process.stderr.write(`${stdout}\n${stderr}\n`);
  process.exit(1);
}
const views = path.join(folder, "..", "jupyter-views", "dist", "views");
fs.cpSync(views, path.join(folder, "labextension", "static", "views"), { recursive: true });

// The builder copies the manifest of the package; what that says to Node, JupyterLab does not read.
const manifest = path.join(folder, "labextension", "package.json");
const toNode = new Set(["exports", "main", "types", "files"]);
const kept = Object.entries(JSON.parse(fs.readFileSync(manifest, "utf8"))).filter(([key]) => !toNode.has(key));
fs.writeFileSync(manifest, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
