import fs from "node:fs";
import path from "node:path";
import { apiReports } from "./lib/api.mjs";
import { checkConsumer } from "./lib/consumer.mjs";
import { checkCreatedPlugin } from "./lib/createdPlugin.mjs";
import { drawingIsCurrent } from "./lib/drawing.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { main } from "./lib/main.mjs";
import { ensureBuilt } from "./lib/build.mjs";
import { packages } from "./lib/packages.mjs";
import { root, tsc } from "./lib/paths.mjs";
import { Problem } from "./lib/problem.mjs";
import { captureNode } from "./lib/run.mjs";
import { step } from "./lib/step.mjs";

const help = `
npm run check [-- NAMES]

Everything that is checked beside the tests. All checks run, even after one has failed; a summary stands at the end.

  format    prettier has nothing to change                       (npm run format mends it)
  types     packages and tests compile, strictly
  lint      eslint's rules: documented exports, named errors, no any
  imports   the import table of scripts/importTable.json holds, and nothing imports in a circle
  drawing   docs/architecture.svg shows that table               (npm run draw mends it)
  api       the public API is what packages/*/etc says           (npm run api mends it)
  consumer  a stranger's project compiles, with TypeScript 5.9.3 and tslab's 5.0.4, and runs
  plugin    what npm create @simgrad/plugin makes compiles, and passes its tests
  packages  the package.json files lead to what they promise

With names, only these run: npm run check -- lint imports
`;

const tool = (...parts) => path.join(root, "node_modules", ...parts);

/** Runs commands one after the other; all of them, so that one call shows all that is wrong. */
const inOrder = async (...commands) => {
  let status = 0;
  let output = "";
  for (const [file, args, options] of commands) {
    const result = await captureNode(file, args, options);
    status ||= result.status;
    if (result.status !== 0) output += result.output;
  }
  return { status, output };
};

const checks = {
  format: () => inOrder([tool("prettier", "bin", "prettier.cjs"), ["--check", "--log-level=warn", "."]]),
  types: () =>
    inOrder(
      [tsc, ["-b", path.join(root, "tsconfig.json"), "--pretty", "false"]],
      [tsc, ["-p", "tsconfig.test.json", "--pretty", "false"]],
    ),
  lint: () => inOrder([tool("eslint", "bin", "eslint.js"), ["--max-warnings=0", "."]]),
  imports: () =>
    inOrder([
      tool("dependency-cruiser", "bin", "dependency-cruise.mjs"),
      [
        "--config",
        ".dependency-cruiser.cjs",
        "--output-type",
        "err",
        ...packages().map(({ name }) => `packages/${name}/src`),
      ],
    ]),
  drawing: async () =>
    drawingIsCurrent()
      ? { status: 0, output: "" }
      : {
          status: 1,
          output: "docs/architecture.svg does not show scripts/importTable.json: npm run draw writes it anew.\n",
        },
  api: async () => {
    const result = await apiReports({ write: false });
    const hint = "Where the change of the API is meant, npm run api writes the reports anew; they are committed.\n";
    return { status: result.status, output: `${result.output}${hint}` };
  },
  consumer: checkConsumer,
  plugin: checkCreatedPlugin,
  packages: checkPackages,
};

await main(help, async (args) => {
  const unknown = args.find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined)
    throw new Problem(`There is no check named ${unknown}: ${Object.keys(checks).join(", ")}.`);
  const names = args.length === 0 ? Object.keys(checks) : args;
  await ensureInstalled();
  // Most checks read what was built; where it does not compile, the check "types" says so.
  await ensureBuilt().catch((error) => {
    if (!(error instanceof Problem)) throw error;
  });
  const failed = [];
  for (const name of names) {
    try {
      await step(name, async () => {
        const { status, output } = await checks[name]();
        if (status !== 0) throw new Problem(name, output);
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      failed.push(name);
      process.stdout.write(`${error.details.trimEnd()}\n\n`);
    }
  }
  const good = names.length - failed.length;
  process.stdout.write(
    failed.length === 0
      ? `\nAll ${good} checks hold.\n`
      : `\n${good} checks hold; these do not: ${failed.join(", ")}.\n`,
  );
  return failed.length === 0 ? 0 : 1;
});

/** publint reads package.json beside dist; attw resolves each door as the module systems of TypeScript do. */
async function checkPackages() {
  const cli = [tool("publint", "src", "cli.js"), tool("@arethetypeswrong", "cli", "dist", "index.js")];
  const missing = cli.find((file) => !fs.existsSync(file));
  if (missing !== undefined) throw new Problem("packages", `There is no ${path.relative(root, missing)}.`);
  return inOrder(
    ...packages().flatMap(({ folder }) => [
      [cli[0], ["--strict", folder]],
      // ESM only, on purpose (one class identity); node10 has typesVersions for further doors.
      [cli[1], ["--pack", folder, "--profile", "esm-only", "--no-color", "--no-emoji"]],
    ]),
  );
}
