import { np } from "@simgrad/core";
import { meshOf, type Mesh } from "../mesh/mesh.js";
import { circle } from "./circle.js";
import { expectCounts, expectPositive } from "./counts.js";
import { latticeFaces } from "./lattice.js";

/** Sizes of an annulus. */
export interface AnnulusOptions {
  /** Radius of the hole; 0.5 where left out. */
  readonly inner?: number;
  /** Radius outside; 1 where left out. */
  readonly outer?: number;
}

/**
 * Makes a disk with a hole about the origin of the plane: `columns` vertices in each of `rows + 1` circles, in 2
 * dimensions.
 */
export function annulus(columns: number, rows: number, options: AnnulusOptions = {}): Mesh {
  const { inner = 0.5, outer = 1 } = options;
  expectCounts("annulus", { columns }, 3);
  expectCounts("annulus", { rows }, 1);
  expectPositive("annulus", { inner, "outer - inner": outer - inner });
  const positions: number[][] = [];
  for (let row = 0; row <= rows; row++) {
    const r = outer + ((inner - outer) * row) / rows;
    for (const [x, y] of circle(columns)) positions.push([r * x, r * y]);
  }
  return meshOf(positions, latticeFaces(columns, rows + 1, { wrapsColumns: true }));
}

/** Sizes of a cylinder. */
export interface CylinderOptions {
  /** Radius; 1 where left out. */
  readonly radius?: number;
  /** Extent along z, from 0; 1 where left out. */
  readonly height?: number;
}

/** Makes an open cylinder about the z axis with normals outward: `columns` vertices in each of `rows + 1` circles. */
export function cylinder(columns: number, rows: number, options: CylinderOptions = {}): Mesh {
  return tube("cylinder", columns, rows, options, false);
}

/**
 * Makes the lantern of Schwarz: a cylinder whose circles are turned by half a step in turn. With `columns` to
 * infinity its area tends to that of the cylinder only if `rows` grows slower than the square of `columns`: with rows
 * = c columns^2 it tends to a larger one, for radius r and height h 2 pi r sqrt(h^2 + (pi^2 r c / 2)^2), and its
 * normals do not converge.
 */
export function schwarzLantern(columns: number, rows: number, options: CylinderOptions = {}): Mesh {
  return tube("schwarzLantern", columns, rows, options, true);
}

/** Sizes of a catenoid. */
export interface CatenoidOptions {
  /** Radius of the waist, at z = 0; 1 where left out. */
  readonly waist?: number;
  /** Extent along z, half of it below 0; 1 where left out. */
  readonly height?: number;
}

/**
 * Makes a catenoid about the z axis, r = waist cosh(z / waist), with normals outward: the minimal surface between two
 * circles. Its vertices lie on the surface, `columns` in each of `rows + 1` circles.
 */
export function catenoid(columns: number, rows: number, options: CatenoidOptions = {}): Mesh {
  const { waist = 1, height = 1 } = options;
  expectCounts("catenoid", { columns }, 3);
  expectCounts("catenoid", { rows }, 1);
  expectPositive("catenoid", { waist, height });
  const heights = Float64Array.from({ length: rows + 1 }, (_, row) => height * (row / rows - 0.5));
  const grown = np.exp(np.array(heights.map((z) => Math.abs(z) / waist))).data;
  const positions: number[][] = [];
  heights.forEach((z, row) => {
    const e = grown[row] as number;
    const r = (waist * (e + 1 / e)) / 2;
    for (const [x, y] of circle(columns)) positions.push([r * x, r * y, z]);
  });
  return meshOf(positions, latticeFaces(columns, rows + 1, { wrapsColumns: true }));
}

function tube(
  of: string,
  columns: number,
  rows: number,
  { radius = 1, height = 1 }: CylinderOptions,
  isZigzag: boolean,
): Mesh {
  expectCounts(of, { columns }, 3);
  expectCounts(of, { rows }, 1);
  expectPositive(of, { radius, height });
  const [even, odd] = [circle(columns), circle(columns, isZigzag ? 0.5 : 0)];
  const positions: number[][] = [];
  for (let row = 0; row <= rows; row++) {
    for (const [x, y] of row % 2 === 0 ? even : odd) positions.push([radius * x, radius * y, (height * row) / rows]);
  }
  const diagonals = isZigzag ? "zigzag" : "same";
  return meshOf(positions, latticeFaces(columns, rows + 1, { wrapsColumns: true, diagonals }));
}
