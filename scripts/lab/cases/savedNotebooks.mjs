import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import url from "node:url";
import { allNotebooks } from "../../lib/notebook.mjs";
import { run } from "../../lib/run.mjs";
import { jupyterEnvironment, venvPython } from "../../lib/venv.mjs";

/** A code host shows the saved file and runs nothing: each picture must be in it. */
export const savedNotebooks = {
  name: "the saved notebooks show their pictures as static pages, without JavaScript",
  run: async ({ browser, folder }) => {
    const files = allNotebooks();
    await run(venvPython, ["-m", "nbconvert", "--log-level=WARN", "--to", "html", "--output-dir", folder, ...files], {
      env: jupyterEnvironment,
    });
    const context = await browser.newContext({ javaScriptEnabled: false });
    let shown = 0;
    for (const file of files) {
      const name = path.basename(file, ".ipynb");
      const { cells } = JSON.parse(fs.readFileSync(file, "utf8"));
      const pictures = cells
        .flatMap(({ outputs = [] }) => outputs)
        .filter(({ data }) => data?.["image/svg+xml"] !== undefined).length;
      assert.ok(pictures > 0, `${name} was saved without pictures: npm run notebook -- --save notebooks/${name}.ipynb`);
      const page = await context.newPage();
      await page.goto(url.pathToFileURL(path.join(folder, `${name}.html`)).href, { waitUntil: "domcontentloaded" });
      const areas = page.locator(".jp-RenderedSVG svg:not(svg svg), .jp-RenderedSVG img");
      assert.equal(await areas.count(), pictures, `${name}: pictures on the page`);
      for (let i = 0; i < pictures; i++) {
        const box = await areas.nth(i).boundingBox();
        assert.ok(box !== null && box.width > 50 && box.height > 20, `${name}: picture ${i + 1} has no area`);
      }
      shown += pictures;
      await page.close();
    }
    await context.close();
    return `${shown} pictures in ${files.length} notebooks`;
  },
};
