import assert from "node:assert/strict";
import path from "node:path";
import { openNotebook } from "../browser.mjs";
import { writeNotebook } from "../notebooks.mjs";
import { difference, pictureOf, pictureWhenChanged, waitUntil } from "../pixels.mjs";

/** A saved notebook is opened where there is no kernel: its views are drawn, turned and played all the same. */
export const reopened = {
  name: "a reopened notebook without kernel shows its pictures, and its views are live",
  run: async ({ browser, lab, folder, out, widgets }) => {
    writeNotebook(folder, "reopened.ipynb", ["// shown"], { kernel: "none", outputs: outputsOf(widgets) });
    const page = await openNotebook(browser, lab, path.join("reopened.ipynb"), { kernel: false });
    const views = page.locator(".jp-simgrad-view");
    assert.ok(
      await waitUntil(async () => (await page.locator('.jp-simgrad-view[data-simgrad-state="live"]').count()) === 5),
    );
    const mesh = views.nth(0).locator("canvas");
    const red = await pictureOf(mesh, path.join(out, "lab-mesh.png"));
    const blue = await pictureOf(views.nth(1).locator("canvas"));
    assert.ok((await difference(page, red, blue)) > 0.05, "meshes of two colours look the same");

    await mesh.focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
    await pictureWhenChanged(page, mesh, red, 0.05);
    const turned = await pictureOf(mesh, path.join(out, "lab-mesh-turned.png"));
    assert.ok((await difference(page, red, turned)) > 0.05, "the mesh was not turned by keys");
    const box = await mesh.boundingBox();
    const centre = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(...centre);
    const readout = views.nth(0).locator(".simgrad-readout").first();
    const isRead = async () => /face \d+, vertex \d+, height/.test(await readout.textContent());
    assert.ok(await waitUntil(isRead), "no read-out under the pointer");
    await page.mouse.down();
    await page.mouse.move(centre[0] + 90, centre[1] + 30, { steps: 5 });
    await page.mouse.up();
    const dragged = await pictureWhenChanged(page, mesh, turned, 0.05);
    assert.ok((await difference(page, turned, dragged)) > 0.05, "the mesh was not turned by the mouse");

    const moving = views.nth(2).locator("canvas");
    const first = await pictureOf(moving);
    await views.nth(2).getByRole("button", { name: "Play or pause" }).click();
    const later = await pictureWhenChanged(page, moving, first, 0.02);
    assert.ok((await difference(page, first, later)) > 0.02, "the playback does not move");
    await views.nth(2).getByRole("button", { name: "Play or pause" }).click();

    const plot = views.nth(3);
    await pictureOf(plot, path.join(out, "lab-plot.png"));
    const svg = await plot.locator("svg").boundingBox();
    await page.mouse.move(svg.x + svg.width / 2, svg.y + svg.height / 2);
    assert.ok(
      await waitUntil(async () => /one|two/.test(await plot.locator('[aria-label="tip"]').textContent())),
      "no tip under the pointer",
    );
    await plot.getByRole("button", { name: "Logarithmic vertical axis" }).click();
    assert.equal(await plot.getByRole("button", { name: "Linear vertical axis" }).count(), 1);
    await pictureOf(views.nth(4), path.join(out, "lab-field.png"));
    assert.equal(await views.nth(4).locator("svg image").count(), 1);
    await page.close();
  },
};

/** What the displays put into the output of a kernel, caught by a host of our own. */
const outputsOf = (widgets) => {
  const outputs = [];
  const comm = { id: "none", send() {}, onMessage() {}, onClose() {}, close() {} };
  const host = {
    name: "catching",
    display: (bundle) => outputs.push(bundle),
    comms: { open: () => comm, onOpen() {} },
  };
  const points = 12;
  const at = (phase) =>
    Array.from({ length: points * points }, (_, i) => {
      const [x, y] = [(i % points) / (points - 1), Math.floor(i / points) / (points - 1)];
      return [x, y, 0.3 * Math.sin(6 * x + phase) * Math.cos(5 * y)];
    });
  const faces = Array.from({ length: (points - 1) ** 2 }, (_, i) => i + Math.floor(i / (points - 1))).flatMap((a) => [
    [a, a + 1, a + points],
    [a + 1, a + points + 1, a + points],
  ]);
  const colored = (scheme) => ({
    positions: at(0),
    faces,
    vertexValues: { values: at(0).map((p) => p[2]), axis: { name: "height", unit: "m" }, scheme, domain: [-1, 1] },
  });
  widgets.showMesh(colored("reds"), { host, title: "Red" });
  widgets.showMesh(colored("blues"), { host, title: "Blue" });
  const frames = Array.from({ length: 20 }, (_, frame) => at(frame / 3));
  widgets.showTrajectory(
    { positions: { shape: [20, points * points, 3], data: frames.flat(2) }, faces },
    { host, title: "Moving", times: frames.map((_, i) => i / 10) },
  );
  const axis = { name: "u", unit: "m" };
  widgets.show(
    widgets.curves({
      curves: [
        { name: "one", y: [1, 2, 3, 4] },
        { name: "two", y: [1, 4, 9, 16] },
      ],
      xAxis: { name: "t", unit: "s" },
      yAxis: axis,
    }),
    { host },
  );
  const values = Array.from({ length: 20 }, (_, i) =>
    Array.from({ length: 30 }, (__, j) => Math.sin(i / 3) * Math.cos(j / 4)),
  );
  widgets.showField({
    values,
    x: [0, 1],
    y: [0, 2],
    xAxis: { name: "x", unit: "m" },
    yAxis: { name: "t", unit: "s" },
    valueAxis: axis,
    host,
  });
  return outputs;
};
