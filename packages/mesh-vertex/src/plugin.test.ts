import { describe, expect, test } from "@jest/globals";
import { np } from "@simgrad/core";
import { pluginSuite, type BadParams } from "@simgrad/core/testing";
import { areaPerimeter } from "./energies/areaPerimeter.js";
import { edgeLengthAndArea } from "./energies/edgeLengthAndArea.js";
import { meshOf } from "./mesh/mesh.js";
import { meshVertexPlugin } from "./plugin.js";

// Two triangles that are joined along the longer diagonal of a kite, so that the first step flips it.
const kite = meshOf(
  [
    [-0.9, 0.05],
    [0.05, -0.5],
    [1, 0],
    [0, 0.55],
  ],
  [
    [0, 1, 2],
    [0, 2, 3],
  ],
);
const lengths = { ...kite, energy: { restLength: 0.8 } };
const cells = { ...kite, energy: { restArea: 0.4, restPerimeter: 2 } };
const motility = { speed: 0.3, rotationalDiffusion: 0.5 };

const without = kite.geometry.with({ positions: kite.geometry.positions.slice([0, 3], null) });
const lost = kite.geometry.with({ positions: kite.geometry.positions.at(2, 0).set(NaN) });
const badOf = (params: object): readonly BadParams[] => [
  { name: "NaN", params: { ...params, geometry: lost }, code: "ARGUMENT", message: "NaN in params.geometry.positions" },
  {
    name: "too few vertices",
    params: { ...params, geometry: without },
    code: "SHAPE",
    message: "has not one row for each of its vertices",
  },
  { name: "no parameters of the energy", params: { ...params, energy: {} }, code: "ARGUMENT", message: "is missing" },
  { name: "no mesh", params: { energy: {} }, code: "ARGUMENT", message: "params.geometry is missing" },
];

describe("the contract of plugins", () => {
  test("is seen with a flip of an edge", () => {
    const { voronoiRelaxation } = meshVertexPlugin.simulators;
    const { records } = voronoiRelaxation({ energy: areaPerimeter(), stepSize: 0.01, steps: 4 }).run(cells);
    expect(Array.from(records.flips.data)).toEqual([1, 0, 0, 0]);
  });

  pluginSuite({
    test,
    plugin: meshVertexPlugin,
    cases: [
      {
        simulator: "gradientDescent",
        options: { energy: edgeLengthAndArea() as never, stepSize: 0.02, steps: 4 },
        params: lengths as never,
        steps: 4,
        bad: badOf(lengths),
      },
      {
        simulator: "overdamped",
        options: { energy: edgeLengthAndArea() as never, dt: 0.02, temperature: 0.01, steps: 4 },
        params: lengths as never,
        steps: 4,
        bad: badOf(lengths),
      },
      {
        simulator: "fire",
        options: { energy: edgeLengthAndArea() as never, dt: 0.05, steps: 4 },
        params: lengths as never,
        steps: 4,
        bad: badOf(lengths),
      },
      {
        simulator: "voronoiRelaxation",
        options: { energy: areaPerimeter() as never, stepSize: 0.01, steps: 4 },
        params: cells as never,
        steps: 4,
        bad: badOf(cells),
      },
      {
        simulator: "selfPropelledVoronoi",
        options: { energy: areaPerimeter() as never, dt: 0.01, steps: 4 },
        params: { ...cells, motility } as never,
        steps: 4,
        bad: [
          ...badOf({ ...cells, motility }),
          { name: "no motility", params: cells, code: "ARGUMENT", message: "params.motility.speed is missing" },
          {
            name: "a negative diffusion",
            params: { ...cells, motility: { ...motility, rotationalDiffusion: -1 } },
            code: "ARGUMENT",
            message: "params.motility.rotationalDiffusion = -1",
          },
          {
            name: "speeds of other cells",
            params: { ...cells, motility: { ...motility, speed: np.array([1, 2]) } },
            code: "SHAPE",
            message: "params.motility.speed",
          },
        ],
      },
    ],
  });
});
