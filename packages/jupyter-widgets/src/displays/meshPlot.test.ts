import { describe, expect, it } from "@jest/globals";
import { ArgumentError, IndexError, ShapeError } from "@simgrad/core";
import type { MeshLayer } from "./meshLayer.js";
import { meshPlot } from "./meshPlot.js";
import { showMesh } from "./showMesh.js";

const square: MeshLayer = {
  positions: [
    [0, 0],
    [2, 0],
    [2, 1],
    [0, 1],
  ],
  faces: [
    [0, 1, 2],
    [0, 2, 3],
  ],
};
const paths = (svg: string): string[] =>
  [...svg.matchAll(/<path [^>]*d="(M[^"]+)"/g)].map((match) => match[1] as string);
const corners = (d: string): number[][] =>
  [...d.matchAll(/[ML]([\d.-]+),([\d.-]+)/g)].map((m) => [Number(m[1]), Number(m[2])]);

describe("meshPlot", () => {
  it("draws every edge once, to one scale in both directions", () => {
    const { svg } = meshPlot({ meshes: [square] });
    const edges = paths(svg).find((d) => d.split("M").length === 6) as string;
    const points = corners(edges);
    expect(points).toHaveLength(10);
    const extent = (k: number): number =>
      Math.max(...points.map((p) => p[k] as number)) - Math.min(...points.map((p) => p[k] as number));
    expect(extent(0) / extent(1)).toBeCloseTo(2, 1);
  });

  it("colours faces by their values, with a legend", () => {
    const faceValues = { values: [1, 3], axis: { name: "pressure", unit: "Pa" } };
    const { svg, alt } = meshPlot({ meshes: [{ ...square, faceValues }], unit: "mm" });
    expect(svg).toContain("pressure (Pa)");
    expect(svg).toContain("x (mm)");
    const fills = [...svg.matchAll(/<path [^>]*fill="(#\w+)"[^>]*>/g)].map((match) => match[1]);
    expect(fills).toHaveLength(2);
    expect(fills[0]).not.toBe(fills[1]);
    expect(alt).toBe(
      "A mesh. 4 vertices, 2 faces, pressure (Pa) as colour of its faces from 1 to 3. Extent 2 by 1 mm.",
    );
  });

  it("draws faces in space from the farthest to the nearest", () => {
    const positions = [0, 1].flatMap((x) => [
      [x, 0, 0],
      [x, 1, 0],
      [x, 0, 1],
    ]);
    const faces = [
      [3, 4, 5],
      [0, 1, 2],
    ];
    const { svg } = meshPlot({ meshes: [{ positions, faces }], view: { azimuth: 45, elevation: 0 } });
    const [first, second] = paths(svg).map((d) => (corners(d)[0] as number[])[0] as number);
    // From +x and +y, greater x is nearer and lies further left.
    expect(first).toBeGreaterThan(second as number);
  });

  it("tells meshes that lie over each other apart", () => {
    const after = { ...square, name: "after" };
    const { svg, alt } = meshPlot({ meshes: [{ ...square, name: "before" }, after], title: "Descent" });
    expect(svg).toContain(">before</text>");
    expect(svg).toContain(">after</text>");
    expect(alt).toContain("Descent. before: 4 vertices, 2 faces; after:");
  });

  it("shows its text where there are no pictures", () => {
    const texts: unknown[] = [];
    showMesh(square, { host: { name: "test", display: (bundle) => texts.push(bundle["text/plain"]) } });
    expect(texts).toEqual(["A mesh. 4 vertices, 2 faces. Extent 2 by 1."]);
  });

  it.each([
    ["no mesh", [], ArgumentError, "no mesh to draw"],
    ["a vertex that is not there", [{ ...square, faces: [[0, 1, 4]] }], IndexError, "face 0"],
    ["four coordinates", [{ ...square, positions: [[0, 0, 0, 0]] }], ShapeError, "two or three"],
    ["quadrilaterals", [{ ...square, faces: [[0, 1, 2, 3]] }], ShapeError, "three vertices"],
    [
      "a position that is not finite",
      [
        {
          ...square,
          positions: [
            [0, 0],
            [1, NaN],
            [1, 1],
            [0, 1],
          ],
        },
      ],
      ArgumentError,
      "vertex 1",
    ],
    [
      "too few values",
      [{ ...square, faceValues: { values: [1], axis: { name: "a", unit: "1" } } }],
      ShapeError,
      "one number for each face",
    ],
    [
      "two scales of colours",
      [
        { ...square, faceValues: { values: [1, 2], axis: { name: "a", unit: "1" } } },
        { ...square, vertexValues: { values: [1, 2, 3, 4], axis: { name: "a", unit: "1" } } },
      ],
      ArgumentError,
      "one scale of colours",
    ],
  ] as const)("refuses %s", (_, meshes, type, message) => {
    expect(() => meshPlot({ meshes })).toThrow(type);
    expect(() => meshPlot({ meshes })).toThrow(message);
  });
});
