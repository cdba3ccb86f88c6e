import fs from "node:fs";
import { chromium } from "playwright-core";
import { Problem } from "../lib/problem.mjs";
import { run } from "../lib/run.mjs";
import { step } from "../lib/step.mjs";

const candidates = [
  process.env.SIMGRAD_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** The Chromium of this machine, or undefined. `SIMGRAD_CHROMIUM` names one that is not found. */
export const findChromium = () => candidates.find((file) => file !== undefined && fs.existsSync(file));

/** The Chromium of this machine; installs Debian's where there is none and apt may be used. */
export const ensureChromium = async () => {
  const found = findChromium();
  if (found !== undefined) return found;
  const problem = (why) =>
    new Problem(
      `There is no Chromium, ${why}: on Debian and Ubuntu, apt-get install chromium; or name one in SIMGRAD_CHROMIUM.`,
    );
  if (process.platform !== "linux" || process.getuid() !== 0)
    throw problem("and only root on Linux can install it here");
  await step("installing Chromium", async () => {
    const options = { env: { DEBIAN_FRONTEND: "noninteractive" }, failure: problem("and apt-get failed").message };
    await run("apt-get", ["update", "-q"], options);
    await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", "chromium"], options);
  });
  const installed = findChromium();
  if (installed === undefined) throw problem("also after apt-get install chromium");
  return installed;
};

/** Opens Chromium without a window. WebGL runs in software where there is no graphics card. */
export const openBrowser = (executablePath) =>
  chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-background-networking", "--enable-unsafe-swiftshader"],
  });

/**
 * Opens a notebook in JupyterLab and waits until it is drawn, and its kernel idle.
 *
 * `kernel: false`: there is none. `withoutExtension`: the page does not load ours.
 *
 * @returns {Promise<import("playwright-core").Page>}
 */
export const openNotebook = async (browser, lab, file, { kernel = true, withoutExtension = false } = {}) => {
  const page = await browser.newPage({ viewport: { width: 1100, height: 1400 } });
  if (withoutExtension) await page.route("**/@simgrad/jupyter-lab-extension/**", (route) => route.abort());
  await page.goto(`${lab.address}/lab/tree/${file}?token=${lab.token}&reset`);
  await page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: 60_000 });
  if (!kernel) await page.locator(".jp-Dialog").getByRole("button", { name: "No Kernel" }).click();
  else await waitForKernel(page);
  return page;
};

/** Waits until the kernel of the notebook in front is idle. */
export const waitForKernel = (page) => page.waitForFunction(isReady, undefined, { timeout: 60_000 });

/** The indicator in the toolbar says "idle" before there is a kernel; the session knows better. */
const isReady = () => {
  const kernel = globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === "connected" && kernel.status === "idle";
};

/** Runs all cells of the notebook that is open; false where one failed. */
export const runAll = (page) => {
  const done = page.evaluate(() => globalThis.jupyterapp.commands.execute("notebook:run-all-cells"));
  done.catch(() => {}); // where a case fails before it waits for the cells, the page is closed under them
  return done;
};
