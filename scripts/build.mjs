import fs from "node:fs";
import path from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { main, noMoreArguments, takeFlag } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";

const help = `
npm run build [-- --clean]

Compiles what changed in the packages into packages/*/dist, after installing what is missing.

  --clean   removes packages/*/dist first
`;

await main(help, async (args) => {
  const clean = takeFlag(args, "--clean");
  noMoreArguments(args);
  if (clean) {
    for (const name of fs.readdirSync(path.join(root, "packages"))) {
      fs.rmSync(path.join(root, "packages", name, "dist"), { recursive: true, force: true });
    }
  }
  await ensureBuilt();
});
