import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { allNotebooks } from "../../lib/notebook.mjs";
import { openNotebook, runAll } from "../browser.mjs";

/** Runs all cells of each notebook of the repository, and looks for views that were drawn. */
export const notebooks = () =>
  allNotebooks().map((file) => ({
    name: `all cells of ${path.basename(file)} run`,
    run: async ({ browser, lab, folder, out }) => {
      const name = path.basename(file);
      fs.copyFileSync(file, path.join(folder, name));
      const page = await openNotebook(browser, lab, name);
      // What was saved in the notebook is none of this run's.
      await page.evaluate(() => globalThis.jupyterapp.commands.execute("editmenu:clear-all"));
      assert.equal(await runAll(page), true, "a cell failed");
      const shown = page.locator(".jp-simgrad-view[data-simgrad-state]");
      const views = await shown.count();
      if (views > 0) await shown.first().scrollIntoViewIfNeeded();
      await page.waitForTimeout(500);
      await page.screenshot({ path: path.join(out, `lab-${path.basename(name, ".ipynb")}.png`) });
      await page.evaluate(() => globalThis.jupyterapp.shell.currentWidget.sessionContext.shutdown());
      await page.close();
      return `${views} live views on the screen`;
    },
  }));
