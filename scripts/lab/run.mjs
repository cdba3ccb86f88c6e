import fs from "node:fs";
import path from "node:path";
import url from "node:url";
import { outFolder, root } from "../lib/paths.mjs";
import { openBrowser } from "./browser.mjs";
import { anywidget } from "./cases/anywidget.mjs";
import { extension } from "./cases/extension.mjs";
import { kernelClient } from "./cases/kernelClient.mjs";
import { live } from "./cases/live.mjs";
import { notebooks } from "./cases/notebooks.mjs";
import { savedNotebooks } from "./cases/savedNotebooks.mjs";
import { reopened } from "./cases/reopened.mjs";
import { startLab } from "./server.mjs";

/** What is tested in a JupyterLab, in this order. */
export const labCases = () => [
  kernelClient,
  reopened,
  ...live,
  ...extension,
  anywidget,
  savedNotebooks,
  ...notebooks(),
];

/**
 * Runs cases in one JupyterLab and one Chromium, which must be there, as must the Python environment. Screenshots are
 * kept in out/.
 *
 * @param {string} chromium the browser's program
 * @param {readonly {name: string, run: Function}[]} cases
 * @returns {Promise<{passed: number, failed: number}>}
 */
export const runLab = async (chromium, cases) => {
  const widgets = await import(
    url.pathToFileURL(path.join(root, "packages", "jupyter-widgets", "dist", "index.js")).href
  );
  fs.mkdirSync(outFolder, { recursive: true });
  // Inside of the repository, so that cells find its packages.
  const folder = fs.mkdtempSync(path.join(outFolder, "lab-"));
  const counts = { passed: 0, failed: 0 };
  let lab, browser;
  try {
    lab = await startLab(folder);
    browser = await openBrowser(chromium);
    for (const test of cases) {
      const outcome = await runCase(test, { browser, lab, folder, out: outFolder, widgets });
      counts[outcome]++;
    }
  } finally {
    await browser?.close();
    await lab?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return counts;
};

async function runCase({ name, run }, tools) {
  const start = Date.now();
  try {
    const figure = await run(tools);
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    process.stdout.write(`✓ ${name}${figure === undefined ? "" : ` (${figure})`}, ${seconds} s\n`);
    return "passed";
  } catch (error) {
    process.stdout.write(`✗ ${name}\n${error.stack}\n`);
    await keepPages(tools, name);
    return "failed";
  }
}

/** After a failure, what the pages showed stays in out/. */
async function keepPages({ browser, out }, name) {
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [i, page] of pages.entries()) {
    await page.screenshot({ path: path.join(out, `lab-failed-${name.replace(/\W+/g, "-")}-${i}.png`) });
    await page.close();
  }
}
