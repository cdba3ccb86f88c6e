import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "@simgrad/core";
import * as Plot from "@observablehq/plot";
import { plotSvg } from "./plotSvg.js";

describe("plotSvg", () => {
  it("draws the marks of @observablehq/plot to one SVG document", () => {
    const svg = plotSvg({
      marks: [
        Plot.dot(
          [
            [1, 2],
            [3, 4],
          ],
          { r: 3 },
        ),
      ],
    });
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg.match(/<circle /g)).toHaveLength(2);
    expect(svg).toMatch(/<\/svg>$/);
  });

  it("refuses options that make HTML", () => {
    expect(() => plotSvg({ title: "t", marks: [Plot.dot([[1, 2]])] })).toThrow(ArgumentError);
  });
});
