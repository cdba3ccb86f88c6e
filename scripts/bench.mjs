import path from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { Problem } from "./lib/problem.mjs";
import { capture } from "./lib/run.mjs";

const help = `
npm run bench -- NAME [--json FILE] [OPTIONS]

Measures simgrad beside its rivals, in the same run, and prints one table. For example: npm run bench -- wave
What benches there are, and their options: bench/README.md, or npm run bench -- NAME --help
`;

const asksForThis = ["--help", "-h"].includes(process.argv[2]);

await main(asksForThis ? help : undefined, async (args) => {
  if (args.length === 0) throw new Problem("Which bench? For example: npm run bench -- wave");
  await ensureBuilt();
  const { status } = await capture(process.execPath, [path.join(root, "bench", "run.mjs"), ...args], {
    show: true,
    cwd: process.env.INIT_CWD ?? root,
  });
  return status;
});
