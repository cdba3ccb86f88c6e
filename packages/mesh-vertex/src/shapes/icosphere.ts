import { meshOf, type Mesh } from "../mesh/mesh.js";
import { expectCounts, expectPositive } from "./counts.js";
import { icosahedronCorners, icosahedronFaces } from "./polyhedra.js";

/** Sizes of an icosphere. */
export interface IcosphereOptions {
  /** Radius; 1 where left out. */
  readonly radius?: number;
}

/**
 * Makes a sphere about the origin, normals outward: an icosahedron whose triangles are cut in four, `subdivisions`
 * times, with all vertices on the sphere. 10 * 4^n + 2 vertices and 20 * 4^n faces: 12, 42, 162, 642, 2562, 10242,
 * ...; those of a coarser one keep their numbers.
 */
export function icosphere(subdivisions: number, options: IcosphereOptions = {}): Mesh {
  const { radius = 1 } = options;
  expectPositive("icosphere", { radius });
  return sphere("icosphere", subdivisions, [radius, radius, radius]);
}

/**
 * Makes an ellipsoid about the origin, normals outward, with half-axes `axes` along x, y and z: the unit icosphere,
 * stretched.
 */
export function ellipsoid(subdivisions: number, axes: readonly [number, number, number] = [1, 0.8, 0.6]): Mesh {
  expectPositive("ellipsoid", { "axes[0]": axes[0], "axes[1]": axes[1], "axes[2]": axes[2] });
  return sphere("ellipsoid", subdivisions, axes);
}

/** 2,621,442 vertices. */
const finest = 9;

function sphere(of: string, subdivisions: number, axes: readonly [number, number, number]): Mesh {
  expectCounts(of, { subdivisions }, 0, finest);
  const points = icosahedronCorners();
  let faces = icosahedronFaces;
  for (let k = 0; k < subdivisions; k++) faces = cutInFour(points, faces);
  const positions = points.map(([x = 0, y = 0, z = 0]) => [axes[0] * x, axes[1] * y, axes[2] * z]);
  return meshOf(positions, faces);
}

/** Adds the middle of each edge to `points`, on the unit sphere, and gives the four triangles of each. */
function cutInFour(points: number[][], faces: readonly (readonly number[])[]): number[][] {
  const count = points.length;
  const middles = new Map<number, number>();
  const middle = (a: number, b: number): number => {
    const key = Math.min(a, b) * count + Math.max(a, b);
    let found = middles.get(key);
    if (found === undefined) {
      const [[ax = 0, ay = 0, az = 0], [bx = 0, by = 0, bz = 0]] = [points[a] as number[], points[b] as number[]];
      const [x, y, z] = [ax + bx, ay + by, az + bz];
      const length = Math.sqrt(x * x + y * y + z * z);
      found = points.push([x / length, y / length, z / length]) - 1;
      middles.set(key, found);
    }
    return found;
  };
  return faces.flatMap(([a = 0, b = 0, c = 0]) => {
    const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
    return [
      [a, ab, ca],
      [ab, b, bc],
      [ca, bc, c],
      [ab, bc, ca],
    ];
  });
}
