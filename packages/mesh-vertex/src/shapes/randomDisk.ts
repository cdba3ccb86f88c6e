import { ArgumentError, np, random } from "@simgrad/core";
import type { Mesh, PeriodicMesh } from "../mesh/mesh.js";
import { delaunay, delaunayTriangles } from "../triangulation/delaunay.js";
import { lloydStep, shortest } from "../triangulation/lloyd.js";
import { periodicDelaunay, periodicTriangles } from "../triangulation/periodicDelaunay.js";
import { circle, cosAndSin } from "./circle.js";
import { expectCounts, expectPositive } from "./counts.js";

/** How random points are placed. */
export interface RandomPointsOptions {
  /** Seed of the points; 0 where left out. */
  readonly seed?: number;
  /** Rounds of Lloyd's relaxation, by which points spread evenly; 30 where left out. */
  readonly rounds?: number;
}

/** How the points of a random disk are placed. */
export interface RandomDiskOptions extends RandomPointsOptions {
  /** Number of vertices on the boundary; what fits the density inside where left out. */
  readonly boundary?: number;
  /** Radius; 1 where left out. */
  readonly radius?: number;
}

/**
 * Makes a disk of random points about the origin of the plane, relaxed by Lloyd's method, and their Delaunay
 * triangles. The first vertices are those of the boundary, counterclockwise and evenly spaced.
 */
export function randomDisk(vertices: number, options: RandomDiskOptions = {}): Mesh {
  const { seed = 0, rounds = 30, radius = 1 } = options;
  expectCounts("randomDisk", { vertices }, 4);
  // A lattice of equilateral triangles with as many vertices to the area has edges of this length.
  const spacing = Math.sqrt((2 * Math.PI) / (vertices * Math.sqrt(3)));
  const { boundary = Math.max(3, Math.min(vertices - 1, Math.round((2 * Math.PI) / spacing))) } = options;
  expectCounts("randomDisk", { boundary }, 3);
  expectCounts("randomDisk", { rounds }, 0);
  expectPositive("randomDisk", { radius });
  if (boundary >= vertices) {
    throw new ArgumentError({
      what: "randomDisk: no vertices are left for the inside.",
      got: `${vertices} vertices, ${boundary} of them at the boundary`,
    });
  }
  const inside = vertices - boundary;
  const [angles, squares] = random.split(random.key(seed)).toArray() as [number[], number[]];
  const draw = (key: number[]): number[] => Array.from(random.uniform(np.array(key, "uint32"), [inside]).data);
  const radii = draw(squares).map((u) => (1 - spacing / 2) * Math.sqrt(u));
  const directions = cosAndSin(draw(angles).map((u) => 2 * Math.PI * u));
  const points = [...circle(boundary), ...directions.map(([x, y], i) => [radii[i]! * x, radii[i]! * y] as const)];
  let flat: Float64Array = Float64Array.from(points.flat());
  for (let round = 0; round < rounds; round++) {
    flat = lloydStep(flat, delaunayTriangles(flat), undefined, intoDisk);
  }
  const mesh = delaunay(np.array(flat).reshape([vertices, 2]));
  if (radius === 1) return mesh;
  return { ...mesh, geometry: mesh.geometry.with({ positions: mesh.geometry.positions.mul(radius) }) };
}

/** How the points of a random flat torus are placed. */
export interface RandomFlatTorusOptions extends RandomPointsOptions {
  /** Extents of the box; [1, 1] where left out. */
  readonly box?: readonly [number, number];
}

/**
 * Makes random points in a periodic box of the plane, relaxed by Lloyd's method (none of it: `rounds: 0`), and their
 * Delaunay triangles.
 */
export function randomFlatTorus(vertices: number, options: RandomFlatTorusOptions = {}): PeriodicMesh {
  const { seed = 0, rounds = 30, box = [1, 1] } = options;
  expectCounts("randomFlatTorus", { vertices }, 3);
  expectCounts("randomFlatTorus", { rounds }, 0);
  expectPositive("randomFlatTorus", { "box[0]": box[0], "box[1]": box[1] });
  const extents = np.array(Float64Array.from(box));
  let flat: Float64Array = Float64Array.from(random.uniform(random.key(seed), [vertices, 2]).mul(extents).data);
  for (let round = 0; round < rounds; round++) {
    const moved = lloydStep(flat, periodicTriangles(flat, box), shortest(box));
    flat = moved.map((x, i) => x - box[(i % 2) as 0 | 1] * Math.floor(x / box[(i % 2) as 0 | 1]));
  }
  return periodicDelaunay(np.array(flat).reshape([vertices, 2]), extents);
}

function intoDisk(x: number, y: number): readonly [number, number] {
  const r = Math.sqrt(x * x + y * y);
  return r > 1 ? [x / r, y / r] : [x, y];
}
