import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "@simgrad/core";
import { lossPlot } from "./lossPlot.js";

describe("lossPlot", () => {
  it("draws over the number of updates on a log axis", () => {
    const { svg, alt } = lossPlot({ losses: [10, 1, 0.1, 0.01] });
    const path = /d="M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)L([\d.]+),([\d.]+)L/.exec(svg)?.slice(1).map(Number) ?? [];
    const [, y0, , y1, , y2] = path as [number, number, number, number, number, number];
    expect(y1 - y0).toBeCloseTo(y2 - y1, 2);
    expect(svg).toContain(">updates</text>");
    expect(alt).toContain("loss, 4 points from 10 to 0.01");
  });

  it("takes several losses by name", () => {
    expect(lossPlot({ losses: { adam: [1, 2], sgd: [2, 3] } }).svg).toContain(">sgd</text>");
  });

  it("refuses a loss of zero", () => {
    expect(() => lossPlot({ losses: [1, 0] })).toThrow(ArgumentError);
  });
});
