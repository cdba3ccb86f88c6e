import { describe, expect, it } from "@jest/globals";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { incircle } from "robust-predicates";
import { parseOff } from "../io/off.js";
import { parseObj } from "../io/parseObj.js";
import { parsePly } from "../io/parsePly.js";
import type { ParseMeshOptions } from "../io/options.js";
import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { validateMesh } from "../mesh/validateMesh.js";
import { testMeshFolder } from "./readme.js";
import { refusedFiles } from "./refusedFiles.js";
import { validFiles } from "./validFiles.js";

const folder = fileURLToPath(new URL("../../../../test_meshes/", import.meta.url));
const bytesOf = (name: string): Buffer => readFileSync(folder + name);
const sha256 = (text: string | Buffer): string => createHash("sha256").update(text).digest("hex");

function parse(name: string, options: ParseMeshOptions): Mesh {
  const parsers = { obj: parseObj, off: parseOff, ply: parsePly };
  return parsers[name.slice(-3) as "obj"](bytesOf(name), { file: name, ...options });
}

function boundaryLoops({ topology }: Mesh): number {
  const { face, next } = topology.toHalfEdges();
  const isSeen = new Uint8Array(face.length);
  let loops = 0;
  face.forEach((f, start) => {
    if (f !== -1 || isSeen[start] === 1) return;
    loops++;
    for (let h = start; isSeen[h] === 0; h = next[h] as number) isSeen[h] = 1;
  });
  return loops;
}

const valid = validFiles();
const refused = refusedFiles();

describe("test_meshes/", () => {
  it("holds what is made, to the byte, and nothing else", () => {
    const files = testMeshFolder(sha256, valid, refused);
    for (const { name, contents } of files) {
      expect([name, sha256(bytesOf(name))]).toEqual([name, sha256(contents)]);
    }
    const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(found.length).toBe(files.length);
  });

  it.each(valid.map((file) => [file.name, file] as const))("has %s with its counts", (name, file) => {
    const mesh = parse(name, file.options);
    validateMesh(mesh.topology, mesh.geometry);
    const { vertexCount, faceCount, eulerCharacteristic } = mesh.topology;
    expect([vertexCount, faceCount, eulerCharacteristic, boundaryLoops(mesh)]).toEqual(file.counts);
  });

  it.each(refused.map((file) => [file.name, file] as const))("has %s, which is refused", (name, file) => {
    let found: unknown;
    try {
      parse(name, {});
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(MeshError);
    const { line, element, message } = found as MeshError;
    expect({ file: (found as MeshError).file, line, element }).toEqual({ file: name, line: file.line, element: file.element }); // prettier-ignore
    expect(message).toContain(file.message);
  });

  it("has a few edges that are not Delaunay in disk_a_obtuse, none in disk_a, and no face turned over", () => {
    const count = (name: string): readonly [number, number] => {
      const { topology, geometry } = parse(name, { dimension: 2 });
      const { origin, destination, next, face, twin } = topology.toHalfEdges();
      const at = geometry.positions.toArray() as [number, number][];
      let [bad, turned] = [0, 0];
      origin.forEach((v, h) => {
        if (face[h] === -1) return;
        const [a, b, c] = [at[v]!, at[destination[h]!]!, at[destination[next[h]!]!]!];
        if ((b[0] - a[0]) * (c[1] - a[1]) <= (b[1] - a[1]) * (c[0] - a[0])) turned++;
        if (face[twin[h]!] === -1 || h > twin[h]!) return;
        if (incircle(...a, ...b, ...c, ...at[destination[next[twin[h]!]!]!]!) > 1e-12) bad++;
      });
      return [bad, turned];
    };
    expect(count("disk_a.obj")).toEqual([0, 0]);
    const [bad, turned] = count("disk_a_obtuse.obj");
    expect(turned).toBe(0);
    expect(bad).toBeGreaterThanOrEqual(3);
    expect(bad).toBeLessThanOrEqual(20);
  });
});
