import { describe, expect, it } from "@jest/globals";
import { fakeHost } from "../testing/fakeHost.js";
import { openAnywidget, openGrid } from "./anywidget.js";
import { createModel } from "./model.js";

const source = (view: string): string => `export default { render() {} }; // ${view}`;

describe("openAnywidget", () => {
  it("opens a layout first, then a widget with the module and the state, and answers a page that asks again", () => {
    const { host, opened } = fakeHost();
    const model = createModel("progress", { done: 1, curve: Float32Array.of(5) });
    const view = openAnywidget(host.comms!, model, () => undefined, source);
    const [layout, widget] = opened;
    expect(layout?.opened.data["state"]).toMatchObject({ _model_name: "LayoutModel" });
    const state = widget?.opened.data["state"] as Record<string, unknown>;
    expect(state).toMatchObject({ _model_module: "anywidget", done: 1, layout: "IPY_MODEL_c0" });
    expect(state["_esm"]).toBe(source("progress"));
    expect(widget?.opened.data["buffer_paths"]).toEqual([["curve"]]);
    expect(view).toEqual({ version_major: 2, version_minor: 0, model_id: "c1" });
    model.set({ done: 2 });
    widget?.send({ method: "request_state" });
    expect(widget?.received.at(-1)?.data["state"]).toMatchObject({ _model_name: "AnyModel", done: 2 });
  });

  it("says so where the page closes the widget at once, and not where it is closed later", () => {
    for (const heard of [false, true]) {
      const { host, opened } = fakeHost();
      let absent = false;
      const closed = (): void => {
        absent = true;
      };
      openAnywidget(host.comms!, createModel("progress", {}), closed, source);
      if (heard) opened[1]?.send({ method: "request_state" });
      opened[1]?.close();
      expect(absent).toBe(!heard);
    }
  });
});

describe("openGrid", () => {
  it("lays widgets out that are open", () => {
    const { host, opened } = fakeHost();
    openGrid(host.comms!, ["a", "b"], 3);
    expect(opened[0]?.opened.data["state"]).toMatchObject({ grid_template_columns: "repeat(3, minmax(0, 1fr))" });
    expect(opened[1]?.opened.data["state"]).toMatchObject({
      _model_name: "GridBoxModel",
      children: ["IPY_MODEL_a", "IPY_MODEL_b"],
    });
  });
});
