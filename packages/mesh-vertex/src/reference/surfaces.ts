import { np, random } from "@simgrad/core";
import type { Mesh } from "../mesh/mesh.js";
import { grid, saddle } from "../shapes/grid.js";
import { icosphere } from "../shapes/icosphere.js";
import { torus } from "../shapes/torus.js";

/** A point, or a vector, in space. */
export type Point = readonly [number, number, number];

/** A smooth surface with closed formulas, and meshes whose vertices lie on it. */
export interface Surface {
  readonly name: string;
  /**
   * A mesh of the given level, 0 to 4, whose edges are half as long as those of the level before. Its vertices are
   * jittered along the surface.
   */
  mesh(level: number): Mesh;
  /** Point of the surface at two parameters. */
  at(u: number, v: number): Point;
  /** A normal, not of unit length, outwards; of points near the surface as well. */
  normal(point: Point): Point;
  readonly gaussianCurvature: (point: Point) => number;
  readonly meanCurvature: (point: Point) => number;
  /** Ranges of both parameters that cover the surface which the mesh has. */
  readonly domain: readonly [readonly [number, number], readonly [number, number]];
  /** Ranges of the parameters of eight patches. */
  readonly patches: readonly (readonly [readonly [number, number], readonly [number, number]])[];
  /** Which of the patches a point is in, or -1. */
  patchOf(point: Point): number;
}

const quarter = Math.PI / 2;
const jitter = 0.15;

/** The surfaces of the convergence study. */
export const surfaces: readonly Surface[] = [saddleSurface(), ellipsoidSurface("sphere", [1, 1, 1]), ellipsoidSurface("ellipsoid", [1, 0.8, 0.6]), torusSurface(1, 0.25)]; // prettier-ignore

/** A plane that is tilted in space, with the same mesh as the saddle: where all is exact. */
export function tiltedPlane(level: number): Mesh {
  const n = 8 * 2 ** level;
  const { topology, geometry } = grid(n, n, { width: 2, height: 2 });
  const flat = jittered(geometry.positions.toArray() as number[][], 2 / n, level, topology.isBoundaryVertex.data);
  return {
    topology,
    geometry: geometry.with({
      positions: flat.map(([x = 0, y = 0]) => [0.6 * x - 0.8 * y, 0.64 * x + 0.48 * y, 0.48 * x + 0.36 * y]),
    }),
  };
}

function saddleSurface(): Surface {
  const height = (x: number, y: number): number => (x * x - y * y) / 2;
  const stretch = ([x, y]: Point): number => 1 + x * x + y * y;
  const strips = [-0.5, -0.25, 0, 0.25].map((x) => [x, x + 0.25] as const);
  return {
    name: "saddle",
    mesh: (level) => {
      const n = 8 * 2 ** level;
      const { topology, geometry } = saddle(n);
      const points = geometry.positions.toArray() as number[][];
      const flat = points.map(([x = 0, y = 0]) => [x, y]);
      const moved = jittered(flat, 2 / n, level, topology.isBoundaryVertex.data);
      return {
        topology,
        geometry: geometry.with({ positions: moved.map(([x = 0, y = 0]) => [x, y, height(x, y)]) }),
      };
    },
    at: (x, y) => [x, y, height(x, y)],
    normal: ([x, y]) => [-x, y, 1],
    gaussianCurvature: (point) => -1 / stretch(point) ** 2,
    // Of a graph z = f(x, y) with its normal upwards, positive where it is convex from above: -div(grad f / sqrt(1 +
    // |grad f|^2)) / 2.
    meanCurvature: (point) => (point[0] ** 2 - point[1] ** 2) / (2 * stretch(point) ** 1.5),
    domain: [
      [-1, 1],
      [-1, 1],
    ],
    patches: strips.flatMap((x) => [[x, [-0.5, 0]] as const, [x, [0, 0.5]] as const]),
    patchOf: ([x, y]) => {
      if (Math.abs(x) > 0.5 || Math.abs(y) > 0.5) return -1;
      return 2 * Math.floor((x + 0.5) * 4) + (y < 0 ? 0 : 1);
    },
  };
}

function ellipsoidSurface(name: string, [a, b, c]: Point): Surface {
  // Source of the curvatures: do Carmo 1976, section 3-3, for x^2/a^2 + y^2/b^2 + z^2/c^2 = 1.
  const steepness = ([x, y, z]: Point): number => x ** 2 / a ** 4 + y ** 2 / b ** 4 + z ** 2 / c ** 4;
  const quarters = [-2, -1, 0, 1].map((k) => [k * quarter, (k + 1) * quarter] as const);
  return {
    name,
    mesh: (level) => {
      const { topology, geometry } = icosphere(level + 1);
      const moved = jittered(geometry.positions.toArray() as number[][], 1.1 / 2 ** (level + 1), level);
      const positions = moved.map((point) => {
        const length = Math.hypot(...point);
        return [a, b, c].map((axis, k) => (axis * (point[k] as number)) / length);
      });
      return { topology, geometry: geometry.with({ positions }) };
    },
    at: (height, turn) => {
      const round = Math.cos(height);
      return [a * round * Math.cos(turn), b * round * Math.sin(turn), c * Math.sin(height)];
    },
    normal: ([x, y, z]) => [x / a ** 2, y / b ** 2, z / c ** 2],
    gaussianCurvature: (point) => 1 / ((a * b * c) ** 2 * steepness(point) ** 2),
    meanCurvature: (point) => {
      const [x, y, z] = point;
      const excess = a ** 2 + b ** 2 + c ** 2 - x ** 2 - y ** 2 - z ** 2;
      return excess / (2 * (a * b * c) ** 2 * steepness(point) ** 1.5);
    },
    domain: [
      [-quarter, quarter],
      [-Math.PI, Math.PI],
    ],
    patches: quarters.flatMap((turn) => [[[-quarter, 0], turn] as const, [[0, quarter], turn] as const]),
    patchOf: ([x, y, z]) => 2 * quarterOf(x / a, y / b) + (z < 0 ? 0 : 1),
  };
}

function torusSurface(major: number, minor: number): Surface {
  const quarters = [-2, -1, 0, 1].map((k) => [k * quarter, (k + 1) * quarter] as const);
  const at = (turn: number, round: number): Point => {
    const distance = major + minor * Math.cos(round);
    return [distance * Math.cos(turn), distance * Math.sin(turn), minor * Math.sin(round)];
  };
  const fromAxis = ([x, y]: Point): number => Math.hypot(x, y);
  const cosine = (point: Point): number => (fromAxis(point) - major) / minor;
  return {
    name: "torus",
    mesh: (level) => {
      const [columns, rows] = [24 * 2 ** level, 6 * 2 ** level];
      const { topology, geometry } = torus(columns, rows, { major, minor });
      const angles = (geometry.positions.toArray() as number[][]).map(([x = 0, y = 0, z = 0]) => [
        Math.atan2(y, x),
        Math.atan2(z, Math.hypot(x, y) - major),
      ]);
      // Half a step on, so that no vertex lies on the side of a patch.
      const moved = jittered(angles, (2 * Math.PI) / columns, level).map(([turn = 0, round = 0], k) => {
        const wide = (round - ((angles[k] as number[])[1] as number)) * (columns / rows - 1);
        return at(turn + Math.PI / columns, round + wide + Math.PI / rows);
      });
      return { topology, geometry: geometry.with({ positions: moved }) };
    },
    at,
    normal: (point) => {
      const [x, y, z] = point;
      const inwards = 1 - major / fromAxis(point);
      return [x * inwards, y * inwards, z];
    },
    gaussianCurvature: (point) => cosine(point) / (minor * fromAxis(point)),
    meanCurvature: (point) => (1 / minor + cosine(point) / fromAxis(point)) / 2,
    domain: [
      [-Math.PI, Math.PI],
      [-Math.PI, Math.PI],
    ],
    patches: quarters.flatMap((turn) => [
      [turn, [quarter, 3 * quarter]] as const,
      [turn, [-quarter, quarter]] as const,
    ]),
    patchOf: (point) => 2 * quarterOf(point[0], point[1]) + (cosine(point) < 0 ? 0 : 1),
  };
}

/** Which quarter of the turn from -pi to pi a direction of the plane lies in. */
function quarterOf(x: number, y: number): number {
  return Math.min(3, Math.floor(Math.atan2(y, x) / quarter) + 2);
}

/** Rows moved by normal noise that is a part of the step, but for those that are fixed. */
function jittered(
  rows: readonly (readonly number[])[],
  step: number,
  seed: number,
  isFixed?: ArrayLike<number>,
): number[][] {
  const width = rows[0]?.length ?? 0;
  const noise = random.normal(random.key(seed), [rows.length, width]).mul(jitter * step);
  // Far ones would turn faces over.
  const limited = np.clip(noise, -0.3 * step, 0.3 * step).data;
  return rows.map((row, i) => row.map((x, k) => (isFixed?.[i] ? x : x + (limited[i * width + k] as number))));
}
