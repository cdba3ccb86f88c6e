import { meshOf, type Mesh } from "../mesh/mesh.js";
import { mostRings, expectCounts, expectPositive } from "./counts.js";
import { latticeFaces } from "./lattice.js";

/** Sizes of a grid. */
export interface GridOptions {
  /** Extent along x; 1 where left out. */
  readonly width?: number;
  /** Extent along y; 1 where left out. */
  readonly height?: number;
}

/**
 * Makes a rectangle of `columns` by `rows` squares with a diagonal each, its lower left corner at the origin of the
 * plane: (columns + 1)(rows + 1) vertices, in 2 dimensions.
 */
export function grid(columns: number, rows: number = columns, options: GridOptions = {}): Mesh {
  const { width = 1, height = 1 } = options;
  expectCounts("grid", { columns, rows }, 1);
  expectPositive("grid", { width, height });
  const positions: number[][] = [];
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++)
      positions.push([(width * column) / columns, (height * row) / rows]);
  }
  return meshOf(positions, latticeFaces(columns + 1, rows + 1));
}

/** Makes the surface z = (x^2 - y^2) / 2 above the square from -1 to 1, of 2 n^2 triangles. */
export function saddle(n: number): Mesh {
  expectCounts("saddle", { n }, 1, mostRings);
  const positions: number[][] = [];
  for (let row = 0; row <= n; row++) {
    for (let column = 0; column <= n; column++) {
      const [x, y] = [(2 * column) / n - 1, (2 * row) / n - 1];
      positions.push([x, y, (x * x - y * y) / 2]);
    }
  }
  return meshOf(positions, latticeFaces(n + 1, n + 1));
}
