import { np, type Tensor } from "@simgrad/core";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { GeometricMesh } from "../mesh/geometricMesh.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";

const shared = process.env["SIMGRAD_SHARED"] ?? fileURLToPath(new URL("../../../../../shared", import.meta.url));

/** A file of the shared data, or undefined where there is none. */
export function sharedFile(name: string): string | undefined {
  const path = `${shared}/${name}`;
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** The mesh of the seed, in the plane. */
export function seedMesh(text: string): { readonly geometry: GeometricMesh; readonly topology: HalfEdgeMesh } {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const rows = (kind: string, count: number): number[][] =>
    lines.filter(([first]) => first === kind).map((words) => words.slice(1, 1 + count).map((word) => parseFloat(word)));
  const positions: Tensor = np.array(rows("v", 2));
  const faces = rows("f", 3).map((face) => face.map((vertex) => vertex - 1));
  return {
    geometry: new GeometricMesh({ positions }),
    topology: HalfEdgeMesh.fromFaces(positions.shape[0] as number, faces),
  };
}
