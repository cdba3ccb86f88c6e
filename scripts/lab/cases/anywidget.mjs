import assert from "node:assert/strict";
import path from "node:path";
import { openNotebook, runAll } from "../browser.mjs";
import { writeNotebook } from "../notebooks.mjs";
import { pictureOf, waitUntil } from "../pixels.mjs";

const cell = `import { slider, interact } from "@simgrad/jupyter-widgets";
const gain = slider({ label: "gain", min: 0, max: 10, step: 1, value: 4 });
const shown = interact({ gain }, ({ gain }) => console.log("gain is " + gain));`;

/** A page without our extension, but with anywidget: the same views come over Jupyter's own widget protocol. */
export const anywidget = {
  name: "without the extension, anywidget draws the same views",
  run: async ({ browser, lab, folder, out }) => {
    writeNotebook(folder, "anywidget.ipynb", [cell]);
    const page = await openNotebook(browser, lab, "anywidget.ipynb", { withoutExtension: true });
    assert.equal(await runAll(page), true);
    const input = page.locator('.simgrad-control input[type="range"]');
    await input.waitFor();
    assert.equal(await page.locator(".jp-simgrad-view").count(), 0, "the extension is there");
    await input.focus();
    await page.keyboard.press("ArrowRight");
    const text = async () => (await page.locator(".jp-OutputArea-output").allTextContents()).join();
    assert.ok(await waitUntil(async () => (await text()).includes("gain is 5")), "the kernel does not hear the widget");
    await pictureOf(page.locator(".simgrad-control"), path.join(out, "lab-anywidget.png"));
    await page.close();
  },
};
