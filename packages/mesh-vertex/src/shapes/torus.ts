import { np, random } from "@simgrad/core";
import { meshOf, type Mesh, type PeriodicMesh } from "../mesh/mesh.js";
import { GeometricMesh } from "../mesh/geometricMesh.js";
import { circle } from "./circle.js";
import { expectCounts, expectPositive } from "./counts.js";
import { latticeFaces } from "./lattice.js";

/** Sizes of a torus. */
export interface TorusOptions {
  /** Radius of the circle in the middle of the tube; 1 where left out. */
  readonly major?: number;
  /** Radius of the tube; 0.5 where left out. */
  readonly minor?: number;
}

/**
 * Makes a torus about the z axis, normals outward: `columns` vertices round the axis, `rows` round the tube, 2
 * columns rows faces.
 */
export function torus(columns: number, rows: number, options: TorusOptions = {}): Mesh {
  const { major = 1, minor = 0.5 } = options;
  expectCounts("torus", { columns, rows }, 3);
  expectPositive("torus", { minor, "major - minor": major - minor });
  const positions: number[][] = [];
  const around = circle(columns);
  for (const [cos, sin] of circle(rows)) {
    for (const [x, y] of around) positions.push([(major + minor * cos) * x, (major + minor * cos) * y, minor * sin]);
  }
  return meshOf(positions, latticeFaces(columns, rows, { wrapsColumns: true, wrapsRows: true }));
}

/** A flat torus: its box, and noise. */
export interface FlatTorusOptions {
  /** Extents of the box; [1, 1] where left out. */
  readonly box?: readonly [number, number];
  /** Standard deviation of normal noise of the positions, as a part of the lattice's step; none where left out. */
  readonly jitter?: number;
  /** Seed of the noise; 0 where left out. */
  readonly seed?: number;
}

/**
 * Makes a lattice of `columns` by `rows` vertices in a periodic box of the plane, each square with a diagonal: 2
 * columns rows faces.
 */
export function flatTorus(columns: number, rows: number = columns, options: FlatTorusOptions = {}): PeriodicMesh {
  const { box = [1, 1], jitter = 0, seed = 0 } = options;
  // With fewer, an edge would join two vertices that another one joins as well.
  expectCounts("flatTorus", { columns, rows }, 3);
  expectPositive("flatTorus", { "box[0]": box[0], "box[1]": box[1] });
  const positions: number[][] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      positions.push([(box[0] * column) / columns, (box[1] * row) / rows]);
  }
  const mesh = meshOf(positions, latticeFaces(columns, rows, { wrapsColumns: true, wrapsRows: true }));
  const extents = np.array(Float64Array.from(box));
  if (jitter === 0) return { ...mesh, box: extents };
  const step = np.array([(jitter * box[0]) / columns, (jitter * box[1]) / rows]);
  const noise = random.normal(random.key(seed), [columns * rows, 2]).mul(step);
  const moved = np.mod(np.mod(mesh.geometry.positions.add(noise), extents), extents);
  return { topology: mesh.topology, geometry: new GeometricMesh({ positions: moved }), box: extents };
}
