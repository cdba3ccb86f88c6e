import path from "node:path";
import { ensureInstalled } from "./lib/install.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { captureNode, runNode } from "./lib/run.mjs";
import { step } from "./lib/step.mjs";

const help = `
npm run format [-- PATHS]

Mends what tools can mend by themselves: eslint --fix, then prettier --write; all files if no path is named.
`;

await main(help, async (args) => {
  await ensureInstalled();
  const paths = args.length === 0 ? ["."] : args;
  const cwd = args.length === 0 ? root : (process.env.INIT_CWD ?? root);
  // What eslint cannot mend is for npm run check to report.
  await step("eslint --fix", () =>
    captureNode(
      path.join(root, "node_modules", "eslint", "bin", "eslint.js"),
      ["--fix", "--no-warn-ignored", ...paths],
      { cwd },
    ),
  );
  await step("prettier --write", () =>
    runNode(
      path.join(root, "node_modules", "prettier", "bin", "prettier.cjs"),
      ["--write", "--ignore-unknown", ...paths],
      { cwd },
    ),
  );
});
