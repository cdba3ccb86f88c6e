import { ArgumentError } from "@simgrad/core";
import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { addFace, assemble, emptyFileMesh } from "./fileMesh.js";
import { linesOf, numberOf, shown, textOf, type Line, type Place } from "./lines.js";
import type { ParseMeshOptions } from "./options.js";
import { weld } from "./weld.js";

/** How STL files are read. */
export interface ParseStlOptions extends ParseMeshOptions {
  /**
   * Corners within this distance are one vertex: that of the first of them. 0 where left out: corners at the same
   * position.
   */
  readonly weld?: number;
}

/** Corners of triangles, and the line of each triangle in text. */
interface Soup {
  readonly corners: number[];
  readonly lines: number[];
}

/**
 * Reads a mesh from an STL file, of text or binary (3D Systems, StereoLithography Interface Specification):
 * triangles, each with its own corners, which are made vertices where they meet. Vertices are in the order in which
 * they are met first. Normals and other bytes of triangles are skipped.
 *
 * @throws MeshError with file, line and face where it is not such a mesh.
 */
export function parseStl(source: string | Uint8Array, options: ParseStlOptions = {}): Mesh {
  const { weld: distance = 0 } = options;
  if (!(distance >= 0 && distance < Infinity)) {
    throw new ArgumentError({
      what: "parseStl: `weld` is no distance.",
      got: String(distance),
      expected: "a finite number, 0 or above",
    });
  }
  const soup = isBinary(source) ? binarySoup(source, options) : textSoup(textOf(source), options);
  const mesh = emptyFileMesh();
  const { positions, numberOf: vertexOf } = weld(soup.corners, distance);
  for (const x of positions) mesh.positions.push(x);
  for (let f = 0; 3 * f < vertexOf.length; f++) addFace(mesh, vertexOf.slice(3 * f, 3 * f + 3), soup.lines[f], options);
  return assemble(mesh, options);
}

const headerSize = 84;
const triangleSize = 50;

/** Binary files may begin with "solid" as well: their length tells. */
function isBinary(source: string | Uint8Array): source is Uint8Array {
  if (typeof source === "string") return false;
  if (source.length >= headerSize && source.length === headerSize + triangleSize * countOf(source)) return true;
  const begin = new TextDecoder().decode(source.subarray(0, 512)).trimStart();
  // A text has "facet" or "endsolid" early on; a damaged binary file has not.
  return !(begin.startsWith("solid") && (/\bfacet\b|\bendsolid\b/.test(begin) || source.length < headerSize));
}

function countOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(80, true);
}

function binarySoup(bytes: Uint8Array, { file }: ParseStlOptions): Soup {
  if (bytes.length < headerSize) {
    throw new MeshError(
      { what: "the file is neither STL text nor binary: it ends in the header.", got: `${bytes.length} bytes` },
      { file },
    );
  }
  const count = countOf(bytes);
  const size = headerSize + triangleSize * count;
  if (bytes.length !== size) {
    throw new MeshError(
      {
        what:
          bytes.length < size ? "the file ends before its last triangle." : "there is more after the last triangle.",
        got: `${bytes.length} bytes`,
        expected: `${size} bytes for ${count} triangles`,
      },
      { file },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const corners: number[] = [];
  for (let f = 0; f < count; f++) {
    for (let k = 0; k < 9; k++) {
      const value = view.getFloat32(headerSize + triangleSize * f + 12 + 4 * k, true);
      if (!Number.isFinite(value)) {
        throw new MeshError(
          { what: `coordinate ${"xyz"[k % 3]} is not finite.`, got: String(value) },
          { file, element: { kind: "face", index: f } },
        );
      }
      corners.push(value);
    }
  }
  return { corners, lines: [] };
}

function textSoup(text: string, { file }: ParseStlOptions): Soup {
  const soup: Soup = { corners: [], lines: [] };
  const lines = linesOf(text, { comments: false });
  let last = 1;
  const take = (...expected: string[]): Line => {
    const element = { kind: "face", index: soup.lines.length } as const;
    const next = lines.next();
    if (next.done === true) {
      throw new MeshError({ what: `the file ends where \`${expected[0]}\` should be.` }, { file, line: last, element });
    }
    const { number, words } = next.value;
    last = number;
    const found = expected.find((phrase) => phrase.split(" ").every((word, k) => words[k]?.toLowerCase() === word));
    if (found === undefined) {
      throw new MeshError(
        {
          what: "the line is not the one that STL has here.",
          got: shown(words.join(" ")),
          expected: expected.join(" or "),
        },
        { file, line: number, element },
      );
    }
    return next.value;
  };
  take("solid");
  for (;;) {
    const { number: line, words } = take("facet normal", "endsolid");
    if (words[0]?.toLowerCase() === "endsolid") break;
    take("outer loop");
    for (let k = 0; k < 3; k++) {
      const { number, words: vertex } = take("vertex");
      const place: Place = { file, line: number, element: { kind: "face", index: soup.lines.length } };
      if (vertex.length > 4)
        throw new MeshError({ what: "the corner has too many numbers.", got: String(vertex.length - 1) }, place);
      for (const axis of [0, 1, 2]) soup.corners.push(numberOf(vertex[axis + 1], `coordinate ${"xyz"[axis]}`, place));
    }
    take("endloop");
    take("endfacet");
    soup.lines.push(line);
  }
  const more = lines.next();
  if (more.done !== true) {
    throw new MeshError(
      { what: "there is more after `endsolid`: one solid is read.", got: shown(more.value.words.join(" ")) },
      { file, line: more.value.number },
    );
  }
  return soup;
}
