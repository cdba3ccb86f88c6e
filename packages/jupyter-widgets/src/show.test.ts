import { afterEach, describe, expect, it } from "@jest/globals";
import { ArgumentError } from "@simgrad/core";
import { curves } from "./displays/curves.js";
import { heatMap } from "./displays/heatMap.js";
import { currentHost, useHost } from "./host/current.js";
import type { Bundle } from "./host/host.js";
import { plainNodeHost } from "./host/plainNode.js";
import { viewTarget } from "./live/session.js";
import { show } from "./show.js";
import { fakeHost, stateOf, viewOf } from "./testing/fakeHost.js";

const picture = curves({
  curves: [{ name: "a", y: [1, 2] }],
  xAxis: { name: "x", unit: "m" },
  yAxis: { name: "y", unit: "m" },
  alt: "a rising line",
});
const falling = curves({
  curves: [{ name: "a", y: [2, 1] }],
  xAxis: { name: "x", unit: "m" },
  yAxis: { name: "y", unit: "m" },
  alt: "a falling line",
});
const wait = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));
const globals = globalThis as { __tslab__?: unknown };

afterEach(() => {
  useHost(null);
  delete globals.__tslab__;
});

describe("show", () => {
  it("gives the host the picture and its text", () => {
    const shown: Bundle[] = [];
    show(picture, { host: { name: "test", display: (bundle) => shown.push(bundle) } });
    expect(shown).toEqual([{ "image/svg+xml": picture.svg, "text/plain": "a rising line" }]);
  });

  it("writes the text outside of a kernel", () => {
    const lines: string[] = [];
    useHost(plainNodeHost((line) => lines.push(line)));
    show(picture);
    show("<svg/>", { alt: "empty" });
    expect(lines).toEqual(["a rising line", "empty"]);
  });

  it("finds the kernel of stock tslab, and sends it the picture with the text inside", () => {
    const sent: [string, string][] = [];
    const tslab = { display: { raw: (type: string, content: string) => sent.push([type, content]) } };
    globals.__tslab__ = { require: (id: string) => (id === "tslab" ? tslab : undefined) };
    expect(currentHost().name).toBe("tslab");
    show(picture);
    expect(sent.map(([type]) => type)).toEqual(["image/svg+xml"]);
    expect(sent[0]?.[1]).toContain("<title>a rising line</title>");
  });

  it("is plain Node where nothing that looks like tslab answers", () => {
    globals.__tslab__ = { require: () => ({}) };
    expect(currentHost().name).toBe("node");
  });

  it("refuses a bare SVG without text", () => {
    expect(() => show("<svg/>")).toThrow(ArgumentError);
  });

  it("shows another picture in the place of the first: in the live view at once, in the saved one soon after", async () => {
    const { host, open, outputs } = fakeHost();
    const shown = show(picture, { host });
    const page = open(viewTarget, { id: viewOf(outputs[0]).id });
    shown.update(falling);
    await wait(50);
    expect(stateOf(page)).toMatchObject({ y0: [2, 1], alt: "a falling line" });
    await wait(400);
    expect(outputs).toHaveLength(1);
    expect(outputs[0]?.bundle["text/plain"]).toBe("a falling line");
  });

  it("replaces the picture where there are no live views", () => {
    const shown: Bundle[] = [];
    const host = {
      name: "test",
      display: () => undefined,
      replaceable: () => (bundle: Bundle) => void shown.push(bundle),
    };
    show(picture, { host }).update(falling);
    expect(shown.map((bundle) => bundle["text/plain"])).toEqual(["a rising line", "a falling line"]);
  });

  it("refuses a picture of another kind in the place of the first", () => {
    const { host } = fakeHost();
    const axis = { name: "x", unit: "m" };
    const map = heatMap({ values: [[1, 2]], x: [0, 1], y: [0, 1], xAxis: axis, yAxis: axis, valueAxis: axis });
    expect(() => {
      show(picture, { host }).update(map);
    }).toThrow(/another kind.*Got: field.*Expected: plot/);
    expect(() => {
      show(picture, { host }).update("<svg/>", { alt: "empty" });
    }).toThrow(/without a live view/);
  });

  it("gives back what a cell can end with: a kernel shows nothing of it", () => {
    const { host } = fakeHost();
    const shown = show(picture, { host }) as unknown as { readonly [name: symbol]: () => unknown };
    expect(shown[Symbol.for("Jupyter.display")]?.()).toBeNull();
    expect(Object.keys(shown)).toEqual(["update"]);
  });
});
