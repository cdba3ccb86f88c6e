import assert from "node:assert/strict";
import path from "node:path";
import { openNotebook, runAll, waitForKernel } from "../browser.mjs";
import { surfaceSource, writeNotebook } from "../notebooks.mjs";
import { difference, pictureOf, waitUntil } from "../pixels.mjs";

const imports = `import { np } from "@simgrad/core";
import { curves, dashboard, heatMap, show, showMesh, slider } from "@simgrad/jupyter-widgets";`;

const curvesSource = (host) => `show(
  curves({
    title: "Two curves",
    curves: [{ name: "one", y: [1, 3, 2] }, { name: "two", y: [2, 1, 3], dashed: true }],
    xAxis: { name: "time", unit: "s" },
    yAxis: { name: "height", unit: "m" },
  }),
  ${host},
)`;

const execute = (page, command, args = {}) =>
  page.evaluate(([name, given]) => globalThis.jupyterapp.commands.execute(name, given), [command, args]);

const example = {
  name: "the command palette opens the example notebook, and it runs",
  run: async ({ browser, lab, folder, out }) => {
    writeNotebook(folder, "palette.ipynb", ["1"]);
    const page = await openNotebook(browser, lab, "palette.ipynb");
    await execute(page, "apputils:activate-command-palette");
    await page.keyboard.type("simgrad: open example");
    await page
      .locator(".lm-CommandPalette-item.lm-mod-active", { hasText: "simgrad: open example notebook" })
      .waitFor();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => globalThis.jupyterapp.shell.currentWidget?.context?.path.startsWith("Untitled"));
    await waitForKernel(page);
    assert.equal(await runAll(page), true, "a cell of the example failed");
    const plot = page.locator(".jp-simgrad-view[data-simgrad-state=live]");
    await plot.waitFor();
    assert.equal(await plot.locator('[aria-label="line"] path').count(), 2);
    await page.screenshot({ path: path.join(out, "lab-example.png") });
    await page.close();
  },
};

const sideBySide = {
  name: "a dashboard lays views out side by side, and each of them lives",
  run: async ({ browser, lab, folder, out }) => {
    const cell = `const [mesh, plot] = dashboard([
  (host) => showMesh({ positions: at(0), faces }, { host, title: "A mesh", width: 320 }),
  (host) => ${curvesSource("{ host }")},
  (host) => slider({ label: "stiffness", host }),
]);`;
    writeNotebook(folder, "dashboard.ipynb", [imports, surfaceSource(12), cell, "mesh.update({ positions: at(2) });"]);
    const page = await openNotebook(browser, lab, "dashboard.ipynb");
    const run = (index) =>
      page.evaluate((at) => {
        globalThis.jupyterapp.shell.currentWidget.content.activeCellIndex = at;
        return globalThis.jupyterapp.commands.execute("notebook:run-cell");
      }, index);
    for (const index of [0, 1, 2]) await run(index);
    const canvas = page.locator(".simgrad-mesh canvas");
    await canvas.waitFor();
    await page.locator('.simgrad-control input[type="range"]').waitFor();
    const [left, right, below] = [
      await canvas.boundingBox(),
      await page.locator(".simgrad-plot .simgrad-stage").boundingBox(),
      await page.locator(".simgrad-control").boundingBox(),
    ];
    assert.ok(right.x >= left.x + left.width, "the second view is not to the right of the first");
    assert.ok(right.y < left.y + left.height, "the second view is not beside the first");
    assert.ok(below.y >= left.y + left.height, "the third view is not below the first");
    const before = await pictureOf(canvas);
    await run(3);
    assert.ok(
      await waitUntil(async () => (await difference(page, before, await pictureOf(canvas))) > 0.02, 5),
      "the mesh in the dashboard has not moved",
    );
    await page
      .locator(".jp-simgrad-view")
      .first()
      .screenshot({ path: path.join(out, "lab-dashboard.png") });
    await page.close();
  },
};

/** Least contrast of text: WCAG 2.1, success criterion 1.4.3. */
const leastContrast = 4.5;

const themes = {
  name: "text of all views can be read in the light and in the dark theme",
  run: async ({ browser, lab, folder, out }) => {
    const axis = '{ name: "u", unit: "m" }';
    const cell = `${curvesSource("{}")};
show(heatMap({ title: "A field", values: [[0, 1], [2, 3]], x: [0, 1], y: [0, 1], xAxis: ${axis}, yAxis: ${axis}, valueAxis: ${axis} }));
slider({ label: "stiffness" });
showMesh({ positions: at(0), faces }, { title: "A mesh", width: 300 });`;
    writeNotebook(folder, "themes.ipynb", [imports, surfaceSource(12), cell]);
    const page = await openNotebook(browser, lab, "themes.ipynb");
    assert.equal(await runAll(page), true);
    await page.waitForFunction(() => document.querySelectorAll("[data-simgrad-state=live]").length === 4);
    const least = {};
    try {
      for (const theme of ["JupyterLab Light", "JupyterLab Dark"]) {
        await execute(page, "apputils:change-theme", { theme });
        await page.waitForFunction((name) => document.body.dataset.jpThemeName === name, theme);
        await page.waitForTimeout(300);
        const texts = await page.evaluate(contrasts);
        assert.ok(texts.length > 10, `${theme}: only ${texts.length} texts were found`);
        const faint = texts.filter(({ contrast }) => contrast < leastContrast);
        assert.deepEqual(faint, [], `${theme}: texts that can hardly be read`);
        least[theme] = Math.min(...texts.map(({ contrast }) => contrast));
        const name = theme.split(" ").at(-1).toLowerCase();
        await page.screenshot({ path: path.join(out, `lab-theme-${name}.png`) });
      }
    } finally {
      // The theme is a setting of the server, which other cases use as well.
      await execute(page, "apputils:change-theme", { theme: "JupyterLab Light" });
    }
    await page.close();
    return Object.entries(least)
      .map(([theme, contrast]) => `${theme}: contrast at least ${contrast.toFixed(1)}`)
      .join(", ");
  },
};

/** Runs in the page: the contrast of each text of a view with what lies behind it (WCAG 2.1, "contrast ratio"). */
function contrasts() {
  const parse = (color) => {
    const [r = 0, g = 0, b = 0, a = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
    return { rgb: [r, g, b], alpha: color === "transparent" ? 0 : a };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((byte) => {
      const part = byte / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at !== null; at = at.parentElement) {
      const { rgb, alpha } = parse(getComputedStyle(at).backgroundColor);
      if (alpha > 0.9) return rgb;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const view of document.querySelectorAll(".jp-simgrad-view")) {
    for (const node of view.querySelectorAll("*")) {
      const text = [...node.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data.trim());
      if (text.join("") === "" || node.getClientRects().length === 0 || node.closest("style, title") !== null) continue;
      const style = getComputedStyle(node);
      const ink = parse(node instanceof SVGElement ? style.fill : style.color);
      const [high, low] = [luminance(ink.rgb), luminance(behind(node))].sort((a, b) => b - a);
      found.push({ text: text.join(" "), contrast: (high + 0.05) / (low + 0.05) });
    }
  }
  return found;
}

/** What the JupyterLab extension adds: a command, dashboards, both themes. */
export const extension = [example, sideBySide, themes];
