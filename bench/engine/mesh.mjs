import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A triangle mesh in the plane, with its half-edges.
 * @typedef {object} Mesh
 * @property {readonly (readonly number[])[]} vertices [nVertices, 2]
 * @property {readonly (readonly number[])[]} faces [nFaces, 3]
 * @property {readonly number[]} from [nHalfEdges]: first all edges from the lower to the higher vertex, then back.
 * @property {readonly number[]} to [nHalfEdges]
 */

/** The shared folder, found as the tests find it. */
const SHARED = process.env["SIMGRAD_SHARED"] ?? fileURLToPath(new URL("../../../shared", import.meta.url));

/** Where the disk of work W2 lies. */
export const DISK = join(SHARED, "data/meshes/disk.obj");

/**
 * Reads the disk of work W2.
 * @returns {Mesh | undefined} Undefined where the shared folder has none.
 */
export function readDisk() {
  return existsSync(DISK) ? parseMesh(readFileSync(DISK, "utf8")) : undefined;
}

/**
 * Reads vertices and triangles of an OBJ text; z is left out.
 * @param {string} text
 * @returns {Mesh} The mesh, its edges sorted by their lower and then by their higher vertex.
 */
function parseMesh(text) {
  const rows = text.split("\n").map((line) => line.trim().split(/\s+/));
  const vertices = rows.filter(([kind]) => kind === "v").map((row) => [Number(row[1]), Number(row[2])]);
  const faces = rows.filter(([kind]) => kind === "f").map((row) => row.slice(1, 4).map((part) => parseInt(part) - 1));
  const edges = new Map();
  for (const face of faces) {
    for (let side = 0; side < 3; side++) {
      const ends = [face[side], face[(side + 1) % 3]].sort((a, b) => a - b);
      edges.set(ends.join(), ends);
    }
  }
  const sorted = [...edges.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const [lower, higher] = [sorted.map(([a]) => a), sorted.map(([, b]) => b)];
  return { vertices, faces, from: [...lower, ...higher], to: [...higher, ...lower] };
}
