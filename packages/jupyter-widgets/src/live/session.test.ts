import { describe, expect, it } from "@jest/globals";
import { fakeHost, stateOf, viewOf } from "../testing/fakeHost.js";
import { createModel } from "./model.js";
import { helloTarget, showModel, viewTarget } from "./session.js";

const picture = { svg: '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20"/>', alt: "a picture" };
const makeModel = () => createModel("plot", { title: "t", y0: Float32Array.of(1, 2), value: 0 }, { every: 0 });

describe("showModel", () => {
  it("puts the live view, the picture and the text into one output", () => {
    const { host, outputs } = fakeHost();
    const model = makeModel();
    showModel(host, model, picture);
    expect(outputs).toHaveLength(1);
    expect(outputs[0]?.bundle).toMatchObject({ "image/svg+xml": picture.svg, "text/plain": "a picture" });
    expect(viewOf(outputs[0])).toMatchObject({ version: 1, id: model.id, view: "plot", alt: "a picture" });
  });

  it("keeps no state of a large model in the saved notebook", () => {
    const { host, outputs } = fakeHost();
    showModel(host, createModel("mesh", { positions0: new Float32Array(300_000) }), picture);
    expect(viewOf(outputs[0]).state).toBeNull();
  });

  it("gives a page that asks the whole state, and then the changes", () => {
    const { host, open } = fakeHost();
    const model = makeModel();
    showModel(host, model, picture);
    model.set({ title: "before the page came" });
    const page = open(viewTarget, { id: model.id });
    expect(stateOf(page)).toEqual({ title: "before the page came", y0: [1, 2], value: 0 });
    model.set({ y0: Float32Array.of(3) });
    expect(page.received).toHaveLength(2);
    expect(page.received[1]?.data).toMatchObject({ method: "update", state: {}, buffer_paths: [["y0"]] });
    expect(stateOf(page)["y0"]).toEqual([3]);
  });

  it("closes the comm of a page that asks for a model of an earlier kernel", () => {
    const { host, open } = fakeHost();
    showModel(host, makeModel(), picture);
    expect(open(viewTarget, { id: "long gone" }).isClosed()).toBe(true);
  });

  it("tells the listeners and the other pages what one page has set, and nothing that the model does not have", () => {
    const { host, open } = fakeHost();
    const model = makeModel();
    showModel(host, model, picture);
    const [first, second] = [open(viewTarget, { id: model.id }), open(viewTarget, { id: model.id })];
    const heard: unknown[] = [];
    model.onChange("value", (value) => heard.push(value));
    first.send({ method: "update", state: { value: 5, other: 1 } });
    expect(heard).toEqual([5]);
    expect(model.state()["value"]).toBe(5);
    expect(model.state()).not.toHaveProperty("other");
    expect(first.received).toHaveLength(1);
    expect(second.received[1]?.data["state"]).toEqual({ value: 5 });
  });

  it("sends nothing more to a page that is gone", () => {
    const { host, open } = fakeHost();
    const model = makeModel();
    showModel(host, model, picture);
    const page = open(viewTarget, { id: model.id });
    page.close();
    model.set({ value: 1 });
    expect(page.received).toHaveLength(1);
  });

  it("opens no widgets where the extension answers", () => {
    const { host, opened, outputs } = fakeHost();
    showModel(host, makeModel(), picture);
    expect(opened.map(({ target }) => target)).toEqual([helloTarget]);
    opened[0]?.send({ version: 1 });
    opened[0]?.close();
    showModel(host, makeModel(), picture);
    expect(opened).toHaveLength(1);
    expect(outputs.every(({ bundle }) => !("application/vnd.jupyter.widget-view+json" in bundle))).toBe(true);
  });

  it("shows the picture alone on a host without comms, and replaces it there", () => {
    const shown: unknown[] = [];
    const host = {
      name: "still",
      display: () => undefined,
      replaceable: () => (bundle: unknown) => shown.push(bundle),
    };
    const replace = showModel(host, makeModel(), picture);
    replace({ ...picture, alt: "later" });
    expect(shown).toEqual([
      { "image/svg+xml": picture.svg, "text/plain": "a picture" },
      { "image/svg+xml": picture.svg, "text/plain": "later" },
    ]);
  });
});

describe("a page without the extension", () => {
  const widgetType = "application/vnd.jupyter.widget-view+json";
  const openWidget = () => ({ version_major: 2, version_minor: 0, model_id: "w" });

  it("gets the view as a widget in the output that it has, and later ones at once", () => {
    const { host, opened, outputs } = fakeHost();
    showModel(host, makeModel(), picture, { openWidget });
    expect(outputs[0]?.bundle).not.toHaveProperty([widgetType]);
    opened[0]?.close();
    expect(outputs[0]?.bundle[widgetType]).toEqual(openWidget());
    showModel(host, makeModel(), picture, { openWidget });
    expect(outputs[1]?.bundle[widgetType]).toEqual(openWidget());
  });

  it("gets a line that says how to have a live view where it has no widgets either", () => {
    const { host, opened, outputs } = fakeHost();
    const noWidgets: (() => void)[] = [];
    showModel(host, makeModel(), picture, {
      openWidget: (_, absent) => {
        noWidgets.push(absent);
        return openWidget();
      },
    });
    opened[0]?.close();
    for (const absent of noWidgets) absent();
    expect(outputs[0]?.bundle).not.toHaveProperty([widgetType]);
    expect(outputs[0]?.bundle["text/plain"]).toMatch(/^a picture .*npx @simgrad\/jupyter-widgets install/);
    expect(outputs[0]?.bundle["image/svg+xml"]).toContain('height="38"');
  });
});

describe("createModel", () => {
  it("merges changes that come faster than asked, and sends the last", async () => {
    const { host, open } = fakeHost();
    const model = createModel("plot", { value: 0 }, { every: 20 });
    showModel(host, model, picture);
    const page = open(viewTarget, { id: model.id });
    for (let value = 1; value <= 100; value++) model.set({ value });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(page.received).toHaveLength(3);
    expect(stateOf(page)["value"]).toBe(100);
  });
});
