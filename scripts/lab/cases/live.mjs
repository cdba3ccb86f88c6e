import assert from "node:assert/strict";
import path from "node:path";
import { openNotebook, runAll } from "../browser.mjs";
import { surfaceSource, writeNotebook } from "../notebooks.mjs";
import { difference, pictureOf, pictureWhenChanged, waitUntil } from "../pixels.mjs";

const imports = `import { adam, fit, np, type Tensor } from "@simgrad/core";
import { interact, lossCurve, showMesh, slider } from "@simgrad/jupyter-widgets";`;

/** A fit that takes its time: it waits at each step, so that the page can be looked at meanwhile. */
const fitSource = (steps, wait) => `
const target = np.linspace(0, 1, 10);
const result = await fit({
  model: (params: { x: Tensor }) => params.x,
  loss: (x: Tensor) => np.sum(np.square(x.sub(target))),
  params: { x: np.zeros([10]) },
  optimizer: adam({ learningRate: 0.01 }),
  steps: ${steps},
  onStep: async (report) => { onStep(report); await new Promise((resolve) => setTimeout(resolve, ${wait})); },
});`;

const textOf = (page) => page.locator(".jp-OutputArea-output").allTextContents();

/** Cells that run while the page is looked at. */
export const live = [
  {
    name: "a loss curve grows during a fit",
    run: async ({ browser, lab, folder, out }) => {
      writeNotebook(folder, "loss.ipynb", [imports, "const onStep = lossCurve();", fitSource(200, 30)]);
      const page = await openNotebook(browser, lab, "loss.ipynb");
      const done = runAll(page);
      const plot = page.locator(".jp-simgrad-view .simgrad-stage");
      await plot.waitFor();
      const line = async () => (await plot.locator('[aria-label="line"] path').first().getAttribute("d")) ?? "";
      const early = (await line()).length;
      assert.ok(await waitUntil(async () => (await line()).length > early), "the curve has not grown");
      await pictureOf(page.locator(".jp-simgrad-view"), path.join(out, "lab-loss.png"));
      assert.equal(await done, true);
      await page.close();
    },
  },
  {
    name: "a slider runs a simulation again, and a page loaded anew shows its value",
    run: async ({ browser, lab, folder, out }) => {
      const cell = `const speed = slider({ label: "speed", min: 0, max: 10, step: 1, value: 2 });
const view = showMesh({ positions: at(0), faces });
interact({ speed }, ({ speed }) => { view.update({ positions: at(speed) }); console.log("ran with " + speed); });`;
      writeNotebook(folder, "slider.ipynb", [imports, surfaceSource(12), cell]);
      const page = await openNotebook(browser, lab, "slider.ipynb");
      assert.equal(await runAll(page), true);
      const input = page.locator('.simgrad-control input[type="range"]');
      await input.waitFor();
      const mesh = page.locator(".simgrad-mesh canvas");
      const before = await pictureOf(mesh);
      await input.focus();
      await page.keyboard.press("ArrowRight");
      assert.ok(
        await waitUntil(async () => (await textOf(page)).join().includes("ran with 3")),
        "the cell did not run again",
      );
      const after = await pictureWhenChanged(page, mesh, before, 0.02);
      assert.ok((await difference(page, before, after)) > 0.02, "the mesh has not moved");
      await page.screenshot({ path: path.join(out, "lab-slider.png") });
      await page.evaluate(() => globalThis.jupyterapp.commands.execute("docmanager:save"));
      await page.reload();
      await input.waitFor();
      assert.ok(await waitUntil(async () => (await input.inputValue()) === "3"), "the value is lost");
      assert.ok(await waitUntil(async () => (await page.locator('[data-simgrad-kernel="connected"]').count()) >= 2));
      await page.close();
    },
  },
  {
    name: "an interrupt stops a fit, and the kernel answers afterwards",
    run: async ({ browser, lab, folder }) => {
      writeNotebook(folder, "interrupt.ipynb", [imports, "const onStep = lossCurve();", fitSource(100_000, 5)]);
      const page = await openNotebook(browser, lab, "interrupt.ipynb");
      const done = runAll(page);
      await page.locator(".jp-simgrad-view .simgrad-stage").waitFor();
      await page.waitForTimeout(500);
      await page.evaluate(() => globalThis.jupyterapp.commands.execute("kernelmenu:interrupt"));
      assert.equal(await done, false, "the fit ended by itself");
      await page.evaluate(() => globalThis.jupyterapp.commands.execute("notebook:insert-cell-below"));
      await page.keyboard.press("Enter"); // begins to edit the new cell
      await page.keyboard.type('console.log("still " + (20 + 22));');
      await page.keyboard.press("Shift+Enter");
      assert.ok(
        await waitUntil(async () => (await textOf(page)).join().includes("still 42")),
        "the kernel does not answer",
      );
      await page.close();
    },
  },
  {
    name: "an error cell shows its traceback, and the next cell runs",
    run: async ({ browser, lab, folder, out }) => {
      const thrower = 'const broken = (): never => {\n  throw new RangeError("too fast");\n};\nbroken();';
      writeNotebook(folder, "error.ipynb", [imports, thrower]);
      const page = await openNotebook(browser, lab, "error.ipynb");
      assert.equal(await runAll(page), false);
      const error = page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]');
      await error.waitFor();
      const text = await error.textContent();
      assert.match(text, /RangeError: too fast/);
      assert.doesNotMatch(text, /node_modules/);
      await page.screenshot({ path: path.join(out, "lab-error.png") });
      await page.close();
    },
  },
  {
    name: "a mesh of 100,000 triangles moves, 30 updates a second sent from the kernel",
    run: async ({ browser, lab, folder, out }) => {
      const cell = `const view = showMesh({ positions: at(0), faces });
let sent = 0;
const start = performance.now();
while (sent < 150) {
  view.update({ positions: at(sent++ / 10) });
  await new Promise((resolve) => setTimeout(resolve, start + (1000 * sent) / 30 - performance.now()));
}
const seconds = (performance.now() - start) / 1000;
console.log("sent " + (sent / seconds).toFixed(1) + " a second");`;
      writeNotebook(folder, "large.ipynb", [imports, surfaceSource(225), cell]);
      const page = await openNotebook(browser, lab, "large.ipynb");
      const done = runAll(page);
      const canvas = page.locator(".simgrad-mesh canvas");
      await canvas.waitFor({ timeout: 60_000 });
      const frames = async () => Number(await canvas.getAttribute("data-frames"));
      const [first, from] = [await frames(), Date.now()];
      await page.waitForTimeout(2000);
      const rate = (1000 * ((await frames()) - first)) / (Date.now() - from);
      assert.equal(await done, true);
      await pictureOf(canvas, path.join(out, "lab-large.png"));
      assert.ok((await frames()) > first, "the mesh stands still");
      const sent = /sent ([\d.]+) a second/.exec((await textOf(page)).join())?.[1];
      await page.close();
      return `${rate.toFixed(1)} frames a second, drawn in software; ${sent} updates a second sent`;
    },
  },
];
