import { afterEach, describe, expect, it } from "@jest/globals";
import { ArgumentError } from "@simgrad/core";
import { curves } from "./displays/curves.js";
import { currentHost, useHost } from "./host/current.js";
import type { Bundle } from "./host/host.js";
import { plainNodeHost } from "./host/plainNode.js";
import { show } from "./show.js";

const picture = curves({
  curves: [{ name: "a", y: [1, 2] }],
  xAxis: { name: "x", unit: "m" },
  yAxis: { name: "y", unit: "m" },
  alt: "a rising line",
});
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
});
