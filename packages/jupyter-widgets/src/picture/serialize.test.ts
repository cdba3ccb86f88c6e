import { describe, expect, it } from "@jest/globals";
import { svgElement } from "./dom.js";
import { serialize } from "./serialize.js";

describe("serialize", () => {
  it("escapes text and attributes", () => {
    const element = svgElement("g", { "aria-label": 'a<b & "c"' }, [svgElement("text", { x: 1 }, "1 < 2 > 0 & so")]);
    expect(serialize(element)).toBe(
      '<g aria-label="a&lt;b &amp; &quot;c&quot;"><text x="1">1 &lt; 2 &gt; 0 &amp; so</text></g>',
    );
  });

  it("keeps the case of names", () => {
    expect(serialize(svgElement("linearGradient", { viewBox: "0 0 1 1" }))).toBe('<linearGradient viewBox="0 0 1 1"/>');
  });

  it("closes elements without children", () => {
    expect(serialize(svgElement("rect", {}))).toBe("<rect/>");
  });
});
