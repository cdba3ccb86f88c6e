import type { Mesh } from "../mesh/mesh.js";
import { meshOf } from "../mesh/mesh.js";
import { disk } from "./disk.js";
import { mostRings, expectCounts } from "./counts.js";

/**
 * The mesh without some vertices and their faces: each vertex inside that is left out leaves a hole. The others keep
 * their order; attributes are not carried along.
 * @throws MeshError where what is left is not a surface, as where two holes touch in a vertex.
 */
export function withoutVertices({ topology, geometry }: Mesh, vertices: readonly number[]): Mesh {
  const isGone = new Set(vertices);
  const faces = (topology.faces.toArray() as number[][]).filter((face) => !face.some((v) => isGone.has(v)));
  const isUsed = new Set(faces.flat());
  const numbers = new Map([...isUsed].sort((a, b) => a - b).map((v, i) => [v, i]));
  const points = geometry.positions.toArray() as number[][];
  return meshOf(
    [...numbers.keys()].map((v) => points[v] as number[]),
    faces.map((face) => face.map((v) => numbers.get(v) as number)),
  );
}

/**
 * Makes a pair of pants: a disk of `rings` rings (see `disk`) with two hexagonal holes, so with three boundaries, in
 * 2 dimensions.
 */
export function pants(rings = 6): Mesh {
  expectCounts("pants", { rings }, 4, mostRings);
  // The vertices at 0 and 180 degrees of the ring halfway out.
  const ring = Math.ceil(rings / 2);
  const first = 1 + 3 * ring * (ring - 1);
  return withoutVertices(disk(rings), [first, first + 3 * ring]);
}
