import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError } from "@simgrad/core";
import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { heatMap } from "./heatMap.js";

const axes = {
  x: [0, 1],
  y: [0, 2],
  xAxis: { name: "position", unit: "m" },
  yAxis: { name: "time", unit: "s" },
  valueAxis: { name: "displacement", unit: "mm" },
} as const;

/** Palette indices of the first image of an SVG, row by row from the top. */
function pixelsOf(svg: string, width: number): number[][] {
  const png = Buffer.from(/base64,([^"]+)"/.exec(svg)?.[1] ?? "", "base64");
  const start = png.indexOf("IDAT");
  const raw = inflateSync(png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4)));
  const rows: number[][] = [];
  for (let at = 0; at < raw.length; at += width + 1) {
    const above = rows.at(-1);
    rows.push(Array.from(raw.subarray(at + 1, at + 1 + width), (value, i) => (value + (above?.[i] ?? 0)) & 255));
  }
  return rows;
}

describe("heatMap", () => {
  it("draws one pixel an entry, with row 0 at the bottom", () => {
    const { svg } = heatMap({
      ...axes,
      values: [
        [-1, 0, 1],
        [0, 0, NaN],
      ],
    });
    expect(pixelsOf(svg, 3)).toEqual([
      [127, 127, 255],
      [0, 127, 254],
    ]);
  });

  it("is symmetric about zero for data of both signs, else spans the data", () => {
    expect(pixelsOf(heatMap({ ...axes, values: [[-1, 4]] }).svg, 2)).toEqual([[Math.floor((3 / 8) * 255), 254]]);
    expect(pixelsOf(heatMap({ ...axes, values: [[1, 2, 3]] }).svg, 3)).toEqual([[0, 127, 254]]);
    expect(pixelsOf(heatMap({ ...axes, values: [[5, 5]] }).svg, 2)).toEqual([[127, 127]]);
  });

  it("labels axes and colours with units", () => {
    const { svg, alt } = heatMap({ ...axes, values: [[-1, 4]], title: "Field" });
    for (const label of ["position (m)", "time (s)", "displacement (mm)"]) expect(svg).toContain(label);
    expect(alt).toBe("Field: displacement (mm) as colour over position (m) and time (s). 2 by 1 values from -1 to 4.");
  });

  it("keeps a field of 250 by 200 below 300 kB", () => {
    const data = Float64Array.from({ length: 250 * 200 }, (_, i) => Math.sin((i % 250) / 9) * Math.cos(i / 4000));
    expect(heatMap({ ...axes, values: { shape: [200, 250], data } }).svg.length).toBeLessThan(300_000);
  });

  it("refuses tables without two axes, ragged rows, and an empty domain", () => {
    expect(() => heatMap({ ...axes, values: { shape: [4], data: [1, 2, 3, 4] } })).toThrow(/shape \[4\]/);
    expect(() => heatMap({ ...axes, values: [[1, 2], [3]] })).toThrow(ShapeError);
    expect(() => heatMap({ ...axes, values: [[1, 2]], domain: [1, 1] })).toThrow(ArgumentError);
  });
});
