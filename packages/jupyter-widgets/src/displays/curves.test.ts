import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError } from "@simgrad/core";
import { curves } from "./curves.js";

const axes = { xAxis: { name: "position", unit: "m" }, yAxis: { name: "speed", unit: "m/s" } };

describe("curves", () => {
  it("labels the axes with units, and leaves the unit of pure numbers away", () => {
    const { svg } = curves({ ...axes, curves: [{ name: "a", y: [1, 2] }] });
    expect(svg).toContain("position (m)");
    expect(svg).toContain("speed (m/s)");
    const pure = curves({ ...axes, yAxis: { name: "loss", unit: "1" }, curves: [{ name: "a", y: [1, 2] }] });
    expect(pure.svg).toContain(">loss</text>");
  });

  it("draws every point of every curve", () => {
    const y = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i / 20));
    const { svg } = curves({
      ...axes,
      curves: [
        { name: "sine", y },
        { name: "zero", y: y.map(() => 0), dashed: true },
      ],
    });
    const paths = [...svg.matchAll(/ d="([^"]+)"/g)].map((match) => match[1] as string).filter((d) => d.length > 1000);
    expect(paths.map((d) => d.split("L").length)).toEqual([500, 500]);
    expect(svg).toContain("stroke-dasharray");
  });

  it("names several curves in a legend, and escapes their names", () => {
    const { svg } = curves({
      ...axes,
      curves: [
        { name: "a<b", y: [1, 2] },
        { name: "c", y: [2, 1] },
      ],
    });
    expect(svg).toContain("a&lt;b");
    expect(svg).not.toContain("a<b");
  });

  it("takes tensors", () => {
    const y = { shape: [3], data: Float64Array.of(1, 2, 3) };
    expect(curves({ ...axes, x: y, curves: [{ name: "a", y }] }).alt).toBe(
      "speed (m/s): lines over position (m). a, 3 points from 1 to 3.",
    );
    const table = { shape: [3, 1], data: Float64Array.of(1, 2, 3) };
    expect(() => curves({ ...axes, curves: [{ name: "a", y: table }] })).toThrow(ShapeError);
  });

  it("gives the same bytes for the same data", () => {
    const draw = (): string => curves({ ...axes, title: "t", curves: [{ name: "a", y: [1, 4, 2] }] }).svg;
    expect(draw()).toBe(draw());
  });

  it("refuses unequal lengths, nothing to draw, and a log axis through zero", () => {
    expect(() => curves({ ...axes, x: [1, 2, 3], curves: [{ name: "a", y: [1, 2] }] })).toThrow(
      /\[3\] and y of shape \[2\]/,
    );
    expect(() => curves({ ...axes, curves: [] })).toThrow(ArgumentError);
    expect(() => curves({ ...axes, yScale: "log", curves: [{ name: "a", y: [1, 0] }] })).toThrow(
      /the value 0 at index 1/,
    );
  });
});
