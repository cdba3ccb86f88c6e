import { checkHalfEdgeMesh } from "./checkHalfEdgeMesh.js";
import type { GeometricMesh } from "./geometricMesh.js";
import type { HalfEdgeMesh } from "./halfEdgeMesh.js";
import { MeshError } from "./meshError.js";

/**
 * Demands that a mesh is a surface of triangles in the plane or in space: half-edges that fit together
 * (`checkHalfEdgeMesh`), rows for all elements, finite positions, no two vertices at one position, no face without
 * area. Faces may be turned over, and pass through each other.
 * @throws MeshError that names the first element that is wrong; ShapeError where rows are missing.
 */
export function validateMesh(topology: HalfEdgeMesh, geometry: GeometricMesh): void {
  checkHalfEdgeMesh(topology);
  geometry.expectFits(topology);
  const { dimension } = geometry;
  const positions = Float64Array.from(geometry.positions.data);
  expectFinite(positions, dimension);
  const [pair] = firstCoincidence(positions, dimension);
  if (pair !== undefined) {
    throw new MeshError(
      { what: `the vertex is where vertex ${pair[1]} is.`, fix: "make them one, or move one of them." },
      { element: { kind: "vertex", index: pair[0] } },
    );
  }
  const flat = faceWithoutArea(positions, dimension, Int32Array.from(topology.faces.data));
  if (flat !== -1) {
    throw new MeshError(
      { what: "the face has no area: its corners lie on a line.", fix: "remove it, or move a corner." },
      { element: { kind: "face", index: flat } },
    );
  }
}

/** Demands finite positions. @throws MeshError that names the vertex. */
export function expectFinite(positions: Float64Array, dimension: number): void {
  const bad = positions.findIndex((x) => !Number.isFinite(x));
  if (bad === -1) return;
  throw new MeshError(
    { what: "a coordinate of the vertex is not finite.", got: String(positions[bad]) },
    { element: { kind: "vertex", index: Math.floor(bad / dimension) } },
  );
}

/**
 * Vertices at the position of one before them, by their numbers in ascending order, and the first vertex there.
 * @param among the vertices that are looked at, ascending; all of them where left out
 */
export function firstCoincidence(
  positions: Float64Array,
  dimension: number,
  among?: readonly number[],
): Map<number, number> {
  const first = new Map<string, number>();
  const found = new Map<number, number>();
  const count = among?.length ?? positions.length / dimension;
  for (let i = 0; i < count; i++) {
    const v = among?.[i] ?? i;
    // 0 and -0 are the same place, and the same text
    const key = positions.subarray(dimension * v, dimension * (v + 1)).join(" ");
    const same = first.get(key);
    if (same === undefined) first.set(key, v);
    else found.set(v, same);
  }
  return found;
}

/** A face whose area is less than this part of the square of its longest side is 0 but for rounding. */
const leastArea = 8 * Number.EPSILON;

/** The first triangle whose corners lie on a line, or -1. */
export function faceWithoutArea(positions: Float64Array, dimension: number, triangles: Int32Array): number {
  const at = (v: number, axis: number): number => (axis < dimension ? (positions[dimension * v + axis] as number) : 0);
  for (let f = 0; 3 * f < triangles.length; f++) {
    const [a, b, c] = triangles.subarray(3 * f, 3 * f + 3) as unknown as [number, number, number];
    const u = [at(b, 0) - at(a, 0), at(b, 1) - at(a, 1), at(b, 2) - at(a, 2)] as const;
    const w = [at(c, 0) - at(a, 0), at(c, 1) - at(a, 1), at(c, 2) - at(a, 2)] as const;
    // Scaled first, so that squares neither overflow nor vanish.
    const scale = Math.max(...u.map(Math.abs), ...w.map(Math.abs));
    const [x, y, z] = u.map((value) => value / scale) as unknown as readonly [number, number, number];
    const [p, q, r] = w.map((value) => value / scale) as unknown as readonly [number, number, number];
    const [nx, ny, nz] = [y * r - z * q, z * p - x * r, x * q - y * p];
    const longest = Math.max(x * x + y * y + z * z, p * p + q * q + r * r);
    const twice = Math.sqrt(nx * nx + ny * ny + nz * nz);
    if (!(twice > 2 * leastArea * longest)) return f;
  }
  return -1;
}
