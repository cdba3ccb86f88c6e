import { describe, expect, it } from "@jest/globals";
import { np, random, type Tensor } from "@simgrad/core";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import type { Mesh } from "../mesh/mesh.js";
import { disk, hexagon } from "../shapes/disk.js";
import { grid, saddle } from "../shapes/grid.js";
import { pants } from "../shapes/holes.js";
import { ellipsoid, icosphere } from "../shapes/icosphere.js";
import { octahedron, tetrahedron } from "../shapes/polyhedra.js";
import { torus } from "../shapes/torus.js";
import { annulus, catenoid, cylinder, schwarzLantern } from "../shapes/tubes.js";
import { doubleTorus } from "../shapes/voxels.js";
import { totalArea } from "./areas.js";
import {
  angleDefects,
  gaussianCurvature,
  integratedMeanCurvature,
  meanCurvatureDihedral,
  meanCurvatureLaplace,
} from "./curvature.js";
import { dihedralAngles } from "./dihedral.js";
import { edgeLengths } from "./lengths.js";
import { edgeNormals, faceNormals, vertexNormals } from "./normals.js";
import { enclosedVolume } from "./volume.js";

const shapes: readonly (readonly [string, number, Mesh])[] = [
  ["a disk", 1, disk(4)],
  ["a hexagon", 1, hexagon(3)],
  ["a grid", 1, grid(5, 4)],
  ["a saddle", 1, saddle(5)],
  ["an annulus", 0, annulus(12, 3)],
  ["a cylinder", 0, cylinder(9, 4)],
  ["a Schwarz lantern", 0, schwarzLantern(8, 6)],
  ["a catenoid", 0, catenoid(12, 6)],
  ["pants", -1, pants()],
  ["a tetrahedron", 2, tetrahedron()],
  ["an octahedron", 2, octahedron()],
  ["a sphere of 2562 vertices", 2, icosphere(4)],
  ["an ellipsoid", 2, ellipsoid(2)],
  ["a torus", 0, torus(16, 10)],
  ["a double torus", -2, doubleTorus()],
];

describe("Gauss-Bonnet", () => {
  it.each(shapes)("holds to 1e-10 on %s", (_, characteristic, { topology, geometry }) => {
    expect(topology.eulerCharacteristic).toBe(characteristic);
    const total = angleDefects(geometry.positions, topology).sum().item();
    expect(Math.abs(total - 2 * Math.PI * characteristic)).toBeLessThan(1e-10);
    // Jitter within the surface's faces or out of it changes nothing.
    const noise = random.normal(random.key(1), [...geometry.positions.shape]).mul(0.01);
    const moved = angleDefects(geometry.positions.add(noise), topology).sum().item();
    expect(Math.abs(moved - 2 * Math.PI * characteristic)).toBeLessThan(1e-10);
  });
});

describe("curvatures of a sphere", () => {
  const radius = 2;
  const { topology, geometry } = icosphere(3, { radius });
  const x = geometry.positions;
  const spread = (values: Tensor, around: number): number => np.max(np.abs(values.sub(around))).item();

  it("are 1/R and 1/R^2 with normals outwards", () => {
    expect(spread(meanCurvatureDihedral(x, topology), 1 / radius)).toBeLessThan(4e-3);
    expect(spread(meanCurvatureLaplace(x, topology), 1 / radius)).toBeLessThan(2e-4);
    expect(spread(gaussianCurvature(x, topology), 1 / radius ** 2)).toBeLessThan(4e-3);
    expect(integratedMeanCurvature(x, topology).sum().item() / (4 * Math.PI * radius)).toBeCloseTo(1, 2);
    expect(totalArea(x, topology).item() / (4 * Math.PI * radius ** 2)).toBeCloseTo(1, 2);
    expect(enclosedVolume(x, topology).item() / ((4 / 3) * Math.PI * radius ** 3)).toBeCloseTo(1, 1);
    const outwards = x.div(radius);
    expect(spread(vertexNormals(x, topology).sub(outwards), 0)).toBeLessThan(6e-3);
    expect(spread(vertexNormals(x, topology, "area").sub(outwards), 0)).toBeLessThan(1.2e-2);
  });

  it("change sign with the orientation, but for the Gaussian one", () => {
    const faces = topology.faces.flip(1);
    const inside = HalfEdgeMesh.fromFaces(topology.vertexCount, faces);
    expect(meanCurvatureDihedral(x, inside).mean().item()).toBeCloseTo(-1 / radius, 2);
    expect(meanCurvatureLaplace(x, inside).mean().item()).toBeCloseTo(-1 / radius, 3);
    expect(gaussianCurvature(x, inside).mean().item()).toBeCloseTo(1 / radius ** 2, 2);
    expect(enclosedVolume(x, inside).item()).toBeCloseTo(-enclosedVolume(x, topology).item(), 10);
    expect(np.max(dihedralAngles(x, inside)).item()).toBeLessThan(0);
  });
});

describe("dihedral angles", () => {
  it("are those of the regular tetrahedron, positive", () => {
    const { topology, geometry } = tetrahedron();
    const angles = dihedralAngles(geometry.positions, topology);
    expect(np.max(np.abs(angles.sub(Math.PI - Math.acos(1 / 3)))).item()).toBeLessThan(1e-14);
  });

  it("are positive at a ridge, negative in a valley, the same on both halves, 0 at the boundary", () => {
    const roof = HalfEdgeMesh.fromFaces(4, [
      [0, 1, 2],
      [0, 2, 3],
    ]);
    const at = (height: number): Tensor => np.array([[0, 0, 0], [1, -1, -height], [2, 0, 0], [1, 1, -height]]); // prettier-ignore
    const slope = 2 * Math.atan(0.5);
    for (const sign of [1, -1]) {
      const angles = dihedralAngles(at(0.5 * sign), roof);
      expect(angles.at(1).get().item()).toBeCloseTo(sign * slope, 14);
      expect(angles.at(6).get().item()).toBe(angles.at(1).get().item());
      expect(np.where(roof.isBoundaryEdge, angles, 0).abs().sum().item()).toBe(0);
    }
    const normals = edgeNormals(at(0.5), roof);
    expect(normals.at(1).get().toArray()).toEqual([0, 0, 1]);
    expect(
      np
        .max(
          np.abs(
            normals
              .at(0)
              .get()
              .sub(faceNormals(at(0.5), roof).at(0).get()),
          ),
        )
        .item(),
    ).toBeLessThan(1e-15);
  });

  it("give the mean curvature of a cylinder", () => {
    const { topology, geometry } = cylinder(40, 20);
    const curvature = meanCurvatureDihedral(geometry.positions, topology);
    const inner = np.logicalNot(topology.isBoundaryVertex);
    const error = np.max(np.abs(np.where(inner, curvature.sub(0.5), 0))).item();
    expect(error).toBeLessThan(2e-3);
    const flat = np.where(inner, gaussianCurvature(geometry.positions, topology), 0);
    expect(np.max(np.abs(flat)).item()).toBeLessThan(1e-10);
  });

  it("and lengths give the integrated mean curvature", () => {
    const { topology, geometry } = octahedron();
    const x = geometry.positions;
    const ofEdges = dihedralAngles(x, topology).mul(edgeLengths(x, topology)).sum().item() / 4;
    expect(integratedMeanCurvature(x, topology).sum().item()).toBeCloseTo(ofEdges, 13);
  });

  it("refuse the plane", () => {
    const { topology, geometry } = disk(2);
    expect(() => dihedralAngles(geometry.positions, topology)).toThrow("in space only");
    expect(() => vertexNormals(geometry.positions, topology)).toThrow("third coordinate");
  });
});
