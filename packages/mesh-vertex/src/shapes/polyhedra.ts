import { meshOf, type Mesh } from "../mesh/mesh.js";

/** Makes the tetrahedron with corners on the unit sphere. */
export function tetrahedron(): Mesh {
  const a = 1 / Math.sqrt(3);
  return meshOf(
    [
      [a, a, a],
      [-a, -a, a],
      [-a, a, -a],
      [a, -a, -a],
    ],
    [
      [0, 2, 1],
      [0, 1, 3],
      [0, 3, 2],
      [1, 2, 3],
    ],
  );
}

/** Makes the octahedron with corners on the unit sphere, at the axes. */
export function octahedron(): Mesh {
  return meshOf(
    [
      [1, 0, 0],
      [-1, 0, 0],
      [0, 1, 0],
      [0, -1, 0],
      [0, 0, 1],
      [0, 0, -1],
    ],
    [
      [0, 2, 4],
      [2, 1, 4],
      [1, 3, 4],
      [3, 0, 4],
      [2, 0, 5],
      [1, 2, 5],
      [3, 1, 5],
      [0, 3, 5],
    ],
  );
}

/** Makes the icosahedron with corners on the unit sphere. */
export function icosahedron(): Mesh {
  return meshOf(icosahedronCorners(), icosahedronFaces);
}

/** Corners of three golden rectangles in the planes of the axes. */
export function icosahedronCorners(): number[][] {
  const golden = (1 + Math.sqrt(5)) / 2;
  const length = Math.sqrt(1 + golden * golden);
  const [a, b] = [1 / length, golden / length];
  const corners: number[][] = [];
  for (const [x, y] of [
    [-a, b],
    [a, b],
    [-a, -b],
    [a, -b],
  ] as const)
    corners.push([x, y, 0]);
  for (const [y, z] of [
    [-a, b],
    [a, b],
    [-a, -b],
    [a, -b],
  ] as const)
    corners.push([0, y, z]);
  for (const [z, x] of [
    [-a, b],
    [a, b],
    [-a, -b],
    [a, -b],
  ] as const)
    corners.push([x, 0, z]);
  return corners;
}

/** Faces between `icosahedronCorners`, counterclockwise from outside. */
export const icosahedronFaces: readonly (readonly number[])[] = [
  [0, 11, 5],
  [0, 5, 1],
  [0, 1, 7],
  [0, 7, 10],
  [0, 10, 11],
  [1, 5, 9],
  [5, 11, 4],
  [11, 10, 2],
  [10, 7, 6],
  [7, 1, 8],
  [3, 9, 4],
  [3, 4, 2],
  [3, 2, 6],
  [3, 6, 8],
  [3, 8, 9],
  [4, 9, 5],
  [2, 4, 11],
  [6, 2, 10],
  [8, 6, 7],
  [9, 8, 1],
];
