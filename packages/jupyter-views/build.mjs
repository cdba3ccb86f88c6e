import fs from "node:fs";
import path from "node:path";
import url from "node:url";
import { build } from "esbuild";

const folder = path.dirname(url.fileURLToPath(import.meta.url));

/** Views whose module stands at the top of `src`. A view is one file with all it needs, so that anywidget can be sent it as text. */
const views = ["mesh", "plot", "field", "progress", "control", "graph"];

await build({
  entryPoints: views.map((name) => path.join(folder, "src", `${name}.ts`)),
  outdir: path.join(folder, "dist", "views"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "eof",
  logLevel: "error",
});
fs.writeFileSync(path.join(folder, "dist", "views", "views.json"), `${JSON.stringify(views)}\n`);
