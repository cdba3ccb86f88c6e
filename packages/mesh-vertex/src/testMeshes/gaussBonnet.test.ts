import { expect, it } from "@jest/globals";
import { np } from "@simgrad/core";
import { angleDefects } from "../geometry/curvature.js";
import { annulus } from "../shapes/tubes.js";
import { icosphere } from "../shapes/icosphere.js";
import { disk } from "../shapes/disk.js";
import { pants } from "../shapes/holes.js";
import { parseOff } from "../io/off.js";
import { parseObj } from "../io/parseObj.js";
import { parsePly } from "../io/parsePly.js";
import type { Mesh } from "../mesh/mesh.js";
import { validFiles } from "./validFiles.js";

const parsers = { obj: parseObj, off: parseOff, ply: parsePly };
const meshes: [string, Mesh][] = [
  ...validFiles()
    // Periodic meshes have their angles in a box.
    .filter(({ name }) => !/periodic|torus2d|flat/.test(name))
    .map(({ name, contents, options }): [string, Mesh] => [
      name,
      parsers[name.slice(-3) as "obj"](new TextEncoder().encode(contents), { file: name, ...options }),
    ]),
  ["icosphere(4)", icosphere(4)],
  ["disk(10)", disk(10)],
  ["annulus", annulus(24, 4)],
  ["pants", pants(8)],
];

it.each(meshes)("angle defects of %s sum to 2 pi times its Euler characteristic", (_, { topology, geometry }) => {
  const sum = np.sum(angleDefects(geometry.positions, topology)).item();
  expect(Math.abs(sum - 2 * Math.PI * topology.eulerCharacteristic)).toBeLessThan(1e-10);
});
