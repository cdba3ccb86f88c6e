import { describe, expect, it } from "@jest/globals";
import { checkHalfEdgeMesh } from "../mesh/checkHalfEdgeMesh.js";
import type { Mesh } from "../mesh/mesh.js";
import { disk, hexagon } from "./disk.js";
import { grid, saddle } from "./grid.js";
import { pants, withoutVertices } from "./holes.js";
import { ellipsoid, icosphere } from "./icosphere.js";
import { icosahedron, octahedron, tetrahedron } from "./polyhedra.js";
import { flatTorus, torus } from "./torus.js";
import { annulus, catenoid, cylinder, schwarzLantern } from "./tubes.js";
import { doubleTorus } from "./voxels.js";

const points = ({ geometry }: Mesh): number[][] => geometry.positions.toArray() as number[][];
const faces = ({ topology }: Mesh): number[][] => topology.faces.toArray() as number[][];

/** Area of each face of a flat mesh, with its sign. */
function areas(mesh: Mesh): number[] {
  const at = points(mesh);
  return faces(mesh).map((face) => {
    const [[ax = 0, ay = 0], [bx = 0, by = 0], [cx = 0, cy = 0]] = face.map((v) => at[v]) as [
      number[],
      number[],
      number[],
    ];
    return ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / 2;
  });
}

/** Normal of each face, twice its area long, and one of its corners. */
function normals(mesh: Mesh): { readonly normal: readonly number[]; readonly corner: readonly number[] }[] {
  const at = points(mesh);
  return faces(mesh).map((face) => {
    const [a, b, c] = face.map((v) => at[v]) as [number[], number[], number[]];
    const [u, v] = [b.map((x, k) => x - a[k]!), c.map((x, k) => x - a[k]!)] as [number[], number[]];
    return {
      normal: [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!],
      corner: a,
    };
  });
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, k) => sum + x * b[k]!, 0);
const total = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0);
const area = (mesh: Mesh): number => total(normals(mesh).map(({ normal }) => Math.sqrt(dot(normal, normal)) / 2));
const volume = (mesh: Mesh): number => total(normals(mesh).map(({ normal, corner }) => dot(normal, corner) / 6));

function boundaryLoops({ topology }: Mesh): number {
  const { face, next } = topology.toHalfEdges();
  const seen = new Uint8Array(face.length);
  let loops = 0;
  face.forEach((f, start) => {
    if (f !== -1 || seen[start] === 1) return;
    loops++;
    for (let h = start; seen[h] === 0; h = next[h] as number) seen[h] = 1;
  });
  return loops;
}

describe("a shape", () => {
  it.each([
    ["grid", grid(3, 2), 12, 12, 1, 1],
    ["disk", disk(6), 127, 216, 1, 1],
    ["hexagon", hexagon(3), 37, 54, 1, 1],
    ["annulus", annulus(12, 3), 48, 72, 0, 2],
    ["pants", pants(6), 125, 204, -1, 3],
    ["saddle", saddle(4), 25, 32, 1, 1],
    ["cylinder", cylinder(8, 3), 32, 48, 0, 2],
    ["schwarzLantern", schwarzLantern(8, 3), 32, 48, 0, 2],
    ["catenoid", catenoid(8, 3), 32, 48, 0, 2],
    ["tetrahedron", tetrahedron(), 4, 4, 2, 0],
    ["octahedron", octahedron(), 6, 8, 2, 0],
    ["icosahedron", icosahedron(), 12, 20, 2, 0],
    ["icosphere", icosphere(2), 162, 320, 2, 0],
    ["ellipsoid", ellipsoid(1), 42, 80, 2, 0],
    ["torus", torus(12, 6), 72, 144, 0, 0],
    ["flatTorus", flatTorus(4, 5), 20, 40, 0, 0],
    ["doubleTorus", doubleTorus(), 48, 100, -2, 0],
  ])("has the counts of a %s", (_, mesh, vertices, faceCount, euler, loops) => {
    const { topology, geometry } = mesh;
    geometry.expectFits(topology);
    checkHalfEdgeMesh(topology);
    expect([topology.vertexCount, topology.faceCount, topology.eulerCharacteristic]).toEqual([
      vertices,
      faceCount,
      euler,
    ]);
    expect(boundaryLoops(mesh)).toBe(loops);
  });

  it.each([
    ["grid", grid(3, 2, { width: 2, height: 3 }), 6, 12],
    ["disk", disk(40, { radius: 2 }), 4 * Math.PI, 2],
    ["hexagon", hexagon(4), 1.5 * Math.sqrt(3), 12],
    ["annulus", annulus(60, 4, { inner: 1, outer: 2 }), 3 * Math.PI, 1],
    ["pants", pants(), 2.952, 3],
  ])("is counterclockwise as a %s", (_, mesh, expected, digits) => {
    expect(Math.min(...areas(mesh))).toBeGreaterThan(0);
    expect(total(areas(mesh)) / expected).toBeCloseTo(1, digits);
  });

  it("has the area of its surface and outward normals", () => {
    expect(area(icosphere(4, { radius: 2 })) / (16 * Math.PI)).toBeCloseTo(1, 2);
    expect(volume(icosphere(4, { radius: 2 })) / ((32 / 3) * Math.PI)).toBeCloseTo(1, 2);
    expect(volume(ellipsoid(4)) / ((4 / 3) * Math.PI * 0.48)).toBeCloseTo(1, 2);
    expect(volume(torus(80, 40)) / (2 * Math.PI ** 2 * 0.25)).toBeCloseTo(1, 1);
    expect(volume(doubleTorus())).toBeCloseTo(13, 12);
    expect(volume(octahedron())).toBeCloseTo(4 / 3, 12);
    expect(volume(tetrahedron())).toBeCloseTo(8 / (9 * Math.sqrt(3)), 12);
    expect(area(cylinder(100, 4, { height: 2 })) / (4 * Math.PI)).toBeCloseTo(1, 2);
    for (const tube of [cylinder(9, 3), schwarzLantern(9, 3), catenoid(9, 3)]) {
      const outward = normals(tube).map(({ normal, corner }) => dot(normal, [corner[0]!, corner[1]!, 0]));
      expect(Math.min(...outward)).toBeGreaterThan(0);
    }
    expect(Math.min(...normals(saddle(5)).map(({ normal }) => normal[2]!))).toBeGreaterThan(0);
    // 2 pi (h / 2 + sinh(h) / 2) for a waist of 1 and heights from -h/2 to h/2: the area of a catenoid
    expect(area(catenoid(100, 100)) / (Math.PI * (1 + Math.sinh(1)))).toBeCloseTo(1, 2);
  });

  it("is a lantern whose area tends to a wrong one", () => {
    const columns = 30;
    const limit = 2 * Math.PI * Math.sqrt(1 + (Math.PI ** 2 / 2) ** 2);
    expect(area(schwarzLantern(columns, columns * columns)) / limit).toBeCloseTo(1, 2);
    expect(area(schwarzLantern(columns, columns)) / (2 * Math.PI)).toBeCloseTo(1, 1);
  });

  it("moves the vertices of a flat torus within its box, the same for a seed", () => {
    const make = (seed: number): number[][] => points(flatTorus(24, 24, { box: [2, 1], jitter: 0.2, seed }));
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
    for (const [x, y] of make(1)) expect(x! >= 0 && x! < 2 && y! >= 0 && y! < 1).toBe(true);
  });

  it("refuses sizes that make no mesh", () => {
    expect(() => grid(0)).toThrow("grid: `columns`");
    expect(() => icosphere(1.5)).toThrow("icosphere: `subdivisions`");
    expect(() => flatTorus(2, 5)).toThrow("flatTorus: `columns`");
    expect(() => annulus(6, 1, { inner: 2 })).toThrow("outer - inner");
    expect(() => torus(6, 6, { minor: NaN })).toThrow("minor");
    expect(() => withoutVertices(disk(2), [1, 4])).toThrow("several fans");
  });
});
