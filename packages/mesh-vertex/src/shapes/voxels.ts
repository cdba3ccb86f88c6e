import { meshOf, type Mesh } from "../mesh/mesh.js";

/**
 * Makes the surface of unit cubes, normals outward, two triangles a square: a cube for each "#" of `layers[z][y][x]`.
 * @throws MeshError where cubes meet in an edge or a vertex alone.
 */
export function voxelSurface(layers: readonly (readonly string[])[]): Mesh {
  const isFull = (x: number, y: number, z: number): boolean => layers[z]?.[y]?.[x] === "#";
  const positions: number[][] = [];
  const numbers = new Map<string, number>();
  const vertex = (point: readonly number[]): number => {
    const key = point.join(" ");
    if (!numbers.has(key)) numbers.set(key, positions.push([...point]) - 1);
    return numbers.get(key) as number;
  };
  const faces: number[][] = [];
  layers.forEach((rows, z) => {
    rows.forEach((row, y) => {
      for (let x = 0; x < row.length; x++) {
        if (!isFull(x, y, z)) continue;
        const corner = [x, y, z];
        for (let axis = 0; axis < 3; axis++) {
          for (const side of [0, 1]) {
            const beyond = corner.map((c, k) => (k === axis ? c + 2 * side - 1 : c)) as [number, number, number];
            if (isFull(...beyond)) continue;
            const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
            const at = (du: number, dv: number): number =>
              vertex(corner.map((c, k) => c + (k === axis ? side : k === u ? du : k === v ? dv : 0)));
            const square = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
            const [a, b, c, d] = (side === 1 ? square : square.reverse()) as [number, number, number, number];
            faces.push([a, b, c], [a, c, d]);
          }
        }
      }
    });
  });
  return meshOf(positions, faces);
}

/** Makes a closed surface with two holes through it: a block of 5 by 3 cubes without two of them; V - E + F = -2. */
export function doubleTorus(): Mesh {
  return voxelSurface([["#####", "#.#.#", "#####"]]);
}
