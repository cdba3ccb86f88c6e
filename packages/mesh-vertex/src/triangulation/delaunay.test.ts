import { describe, expect, it } from "@jest/globals";
import { np, random } from "@simgrad/core";
import { incircle, orient2d } from "robust-predicates";
import { checkHalfEdgeMesh } from "../mesh/checkHalfEdgeMesh.js";
import type { Mesh } from "../mesh/mesh.js";
import { randomDisk, randomFlatTorus } from "../shapes/randomDisk.js";
import { flatTorus } from "../shapes/torus.js";
import { delaunay } from "./delaunay.js";
import { shortest, straight, type Displacement } from "./lloyd.js";
import { periodicDelaunay } from "./periodicDelaunay.js";

/**
 * Edges whose opposite corner lies inside of the circumcircle (beyond rounding), and faces that are not
 * counterclockwise.
 */
function violations({ topology, geometry }: Mesh, displacement: Displacement = straight): number {
  const { origin, destination, next, face, twin } = topology.toHalfEdges();
  const at = geometry.positions.toArray() as [number, number][];
  let found = 0;
  origin.forEach((v, h) => {
    if (face[h] === -1) return;
    const to = (w: number): readonly [number, number] => displacement(...at[v]!, ...at[w]!);
    const [b, c] = [to(destination[h]!), to(destination[next[h]!]!)];
    // the library's predicates are positive for clockwise, where y points upward
    if (orient2d(0, 0, ...b, ...c) >= 0) found++;
    if (face[twin[h]!] === -1) return;
    const d = to(destination[next[twin[h]!]!]!);
    const scale = Math.max(...[...b, ...c, ...d].map(Math.abs)) ** 4;
    if (incircle(0, 0, ...b, ...c, ...d) > 1e-8 * scale) found++;
  });
  return found;
}

describe("delaunay", () => {
  it("leaves no point inside of a circumcircle", () => {
    const mesh = delaunay(random.uniform(random.key(3), [300, 2]));
    checkHalfEdgeMesh(mesh.topology);
    expect(mesh.topology.eulerCharacteristic).toBe(1);
    expect(violations(mesh)).toBe(0);
  });

  it("finds violations where there are some", () => {
    const mesh = delaunay(random.uniform(random.key(3), [300, 2]));
    const positions = mesh.geometry.positions.mul(np.array([1, 0.2]));
    expect(violations({ ...mesh, geometry: mesh.geometry.with({ positions }) })).toBeGreaterThan(10);
  });

  it.each([
    ["points on a line", [[0, 0], [1, 1], [2, 2], [5, 5]], "one line"], // prettier-ignore
    ["a point that is there twice", [[0, 0], [1, 0], [0, 1], [1, 0]], "vertex 3: the point coincides"], // prettier-ignore
    ["a coordinate that is no number", [[0, 0], [1, 0], [0, NaN]], "vertex 2: a coordinate is not finite. Got: NaN"], // prettier-ignore
    ["two points", [[0, 0], [1, 0]], "three points"], // prettier-ignore
    ["points in space", [[0, 0, 0], [1, 0, 0], [0, 1, 0]], "[points, 2]"], // prettier-ignore
  ])("refuses %s", (_, points, what) => {
    expect(() => delaunay(points)).toThrow(what);
  });
});

describe("periodicDelaunay", () => {
  it.each([
    ["random points", 200, 0],
    ["relaxed points", 200, 20],
    ["few points", 36, 10],
  ])("makes a torus of %s", (_, count, rounds) => {
    const box = [3, 2] as const;
    const mesh = randomFlatTorus(count, { box, rounds, seed: 4 });
    checkHalfEdgeMesh(mesh.topology);
    expect([mesh.topology.faceCount, mesh.topology.eulerCharacteristic]).toEqual([2 * count, 0]);
    expect(violations(mesh, shortest(box))).toBe(0);
    expect(mesh.box.toArray()).toEqual([3, 2]);
  });

  it("takes lattices, where four points lie on each circle, and clusters with wide gaps", () => {
    const lattice = flatTorus(6, 6).geometry.positions;
    const mesh = periodicDelaunay(lattice.add(5), [1, 1]);
    checkHalfEdgeMesh(mesh.topology);
    expect(mesh.topology.faceCount).toBe(72);
    expect(violations(mesh, shortest([1, 1]))).toBe(0);
    const cluster = np.concatenate([random.uniform(random.key(1), [500, 2]).mul(0.05), lattice.add(0.02)]);
    const gaps = periodicDelaunay(cluster, [1, 1]);
    expect(violations(gaps, shortest([1, 1]))).toBe(0);
    expect(gaps.topology.faceCount).toBe(2 * 536);
  });

  it("refuses too few points, points that coincide, and what is no box", () => {
    expect(() => randomFlatTorus(4)).toThrow("too few");
    const points = randomFlatTorus(20, { seed: 2 }).geometry.positions;
    const twice = np.concatenate([points, points.slice([3, 4]).add(1)]);
    expect(() => periodicDelaunay(twice, [1, 1])).toThrow("vertex 20: the point coincides");
    expect(() => periodicDelaunay(points, [1, 0])).toThrow("`box`");
  });
});

describe("randomDisk", () => {
  it("has the counts that were asked for, and triangles that are nearly equilateral", () => {
    const mesh = randomDisk(131, { boundary: 36, seed: 1 });
    expect([mesh.topology.vertexCount, mesh.topology.faceCount]).toEqual([131, 224]);
    const boundary = mesh.topology.isBoundaryVertex.data;
    expect(Array.from(boundary).indexOf(0)).toBe(36);
    expect(violations(mesh)).toBe(0);
    const { origin, destination } = mesh.topology;
    const { positions } = mesh.geometry;
    const lengths = np.take(positions, destination).sub(np.take(positions, origin)).square().sum({ axis: 1 }).sqrt();
    expect(np.max(lengths).item() / np.min(lengths).item()).toBeLessThan(2.5);
  });

  it("is the same for a seed, and scales", () => {
    const make = (seed: number, radius = 1): unknown =>
      randomDisk(60, { seed, radius, rounds: 5 }).geometry.positions.toArray();
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
    expect((make(1, 2) as number[][])[50]).toEqual((make(1) as number[][])[50]?.map((x) => 2 * x));
  });

  it("refuses a boundary that takes all vertices", () => {
    expect(() => randomDisk(10, { boundary: 10 })).toThrow("no vertices are left");
  });
});
