#!/usr/bin/env node
import { installExtension, uninstallExtension } from "./install.js";
import { extensionsFolder, readCommand } from "./options.js";

const help = `npx @simgrad/jupyter-widgets install [--prefix DIR | --user | --sys-prefix]
npx @simgrad/jupyter-widgets uninstall [the same]

Puts the JupyterLab extension that shows simgrad's live views where JupyterLab finds it. A page that is open is loaded anew.

  --user         for this user, the default
  --prefix DIR   into DIR/share/jupyter
  --sys-prefix   into the environment of the Python that is found first
`;

function run(args: readonly string[]): string {
  const { action, target } = readCommand(args);
  if (action === "help") return help;
  const folder = extensionsFolder(target);
  if (action === "install") return `Installed: ${installExtension(folder)}\n`;
  const removed = uninstallExtension(folder);
  return removed === null ? `There was nothing in ${folder}\n` : `Removed: ${removed}\n`;
}

try {
  process.stdout.write(run(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
