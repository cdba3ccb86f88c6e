import { meshOf, type Mesh } from "../mesh/mesh.js";
import { circle } from "./circle.js";
import { mostRings, expectCounts, expectPositive } from "./counts.js";

/** Sizes of a disk. */
export interface DiskOptions {
  /** Radius; 1 where left out. */
  readonly radius?: number;
}

/**
 * Makes a disk about the origin of the plane: a vertex in the middle, and `rings` rings of 6, 12, 18, ... vertices
 * about it; 1 + 3 n (n + 1) vertices and 6 n^2 faces for n rings, in 2 dimensions.
 */
export function disk(rings: number, options: DiskOptions = {}): Mesh {
  const { radius = 1 } = options;
  expectCounts("disk", { rings }, 1, mostRings);
  expectPositive("disk", { radius });
  const positions: number[][] = [[0, 0]];
  for (let ring = 1; ring <= rings; ring++) {
    const r = (radius * ring) / rings;
    for (const [x, y] of circle(6 * ring)) positions.push([r * x, r * y]);
  }
  return meshOf(positions, ringFaces(rings));
}

/**
 * Makes a hexagonal piece of the lattice of equilateral triangles, in 2 dimensions, with as many vertices and faces
 * as `disk` and in the same order; its edges have length `radius / rings`, and all cells inside are regular hexagons.
 */
export function hexagon(rings: number, options: DiskOptions = {}): Mesh {
  const { radius = 1 } = options;
  expectCounts("hexagon", { rings }, 1, mostRings);
  expectPositive("hexagon", { radius });
  const half = Math.sqrt(3) / 2;
  const corners = [1, 0, 0.5, half, -0.5, half, -1, 0, -0.5, -half, 0.5, -half];
  const positions: number[][] = [[0, 0]];
  for (let ring = 1; ring <= rings; ring++) {
    for (let sector = 0; sector < 6; sector++) {
      const after = (sector + 1) % 6;
      const at = (axis: number, step: number): number =>
        (radius / rings) *
        ((ring - step) * (corners[2 * sector + axis] as number) + step * (corners[2 * after + axis] as number));
      for (let step = 0; step < ring; step++) positions.push([at(0, step), at(1, step)]);
    }
  }
  return meshOf(positions, ringFaces(rings));
}

function ringFaces(rings: number): number[][] {
  const at = (ring: number, step: number): number => (ring === 0 ? 0 : 1 + 3 * ring * (ring - 1) + (step % (6 * ring)));
  const faces: number[][] = [];
  for (let ring = 1; ring <= rings; ring++) {
    for (let sector = 0; sector < 6; sector++) {
      for (let step = 0; step < ring; step++) {
        const [outer, inner] = [sector * ring + step, sector * (ring - 1) + step];
        faces.push([at(ring, outer), at(ring, outer + 1), at(ring - 1, inner)]);
        if (step < ring - 1) faces.push([at(ring, outer + 1), at(ring - 1, inner + 1), at(ring - 1, inner)]);
      }
    }
  }
  return faces;
}
