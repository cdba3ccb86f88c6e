import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { addFace, assemble, emptyFileMesh } from "./fileMesh.js";
import { digitsOf, integerOf, linesOf, numberOf, shown, textOf, type Line, type Place } from "./lines.js";
import { rowsOf } from "./meshRows.js";
import type { FormatMeshOptions, ParseMeshOptions } from "./options.js";

/**
 * Reads a mesh from the text of an OFF file (Geomview manual, "OFF files"): a vertex or a face a line; colours of
 * faces are skipped. Its relatives with more numbers (COFF, NOFF, 4OFF, ...) and its binary form are refused.
 *
 * @throws MeshError with file, line and element where the text is not such a mesh.
 */
export function parseOff(source: string | Uint8Array, options: ParseMeshOptions = {}): Mesh {
  const mesh = emptyFileMesh();
  const lines = linesOf(textOf(source));
  const { file } = options;
  let last = 1;
  const take = (what: string, more: Partial<Place> = {}): Line => {
    const next = lines.next();
    if (next.done === true)
      throw new MeshError({ what: `the file ends where ${what} should be.` }, { file, line: last, ...more });
    last = next.value.number;
    return next.value;
  };
  let { number: line, words } = take("its header");
  if (words[0] !== "OFF") {
    throw new MeshError(
      { what: "the file does not begin as OFF.", got: shown(words[0] as string), expected: "OFF" },
      { file, line },
    );
  }
  words = words.slice(1);
  if (words.length === 0) ({ number: line, words } = take("its counts"));
  if (words[0] === "BINARY")
    throw new MeshError({ what: "binary OFF is not read.", fix: "export OFF as text, or PLY." }, { file, line });
  if (words.length < 2 || words.length > 3) {
    throw new MeshError(
      { what: "the counts are not those of vertices, faces and edges.", got: shown(words.join(" ")) },
      { file, line },
    );
  }
  const [vertices, faces] = words.map((word) => countOf(word, { file, line })) as [number, number];
  for (let v = 0; v < vertices; v++) {
    const element = { kind: "vertex", index: v } as const;
    const { number, words: coordinates } = take(`vertex ${v} of ${vertices}`);
    const place: Place = { file, line: number, element };
    if (coordinates.length !== 3) {
      const what =
        coordinates.length < 3 ? "a coordinate of the vertex is missing." : "the vertex has too many numbers.";
      throw new MeshError({ what, got: String(coordinates.length), expected: "3" }, place);
    }
    coordinates.forEach((word, k) => mesh.positions.push(numberOf(word, `coordinate ${"xyz"[k]}`, place)));
    mesh.vertexLines.push(number);
  }
  for (let f = 0; f < faces; f++) {
    const { number, words: rest } = take(`face ${f} of ${faces}`);
    const place: Place = { file, line: number, element: { kind: "face", index: f } };
    const count = countOf(rest[0], place);
    if (rest.length < count + 1) {
      throw new MeshError(
        { what: "the face has fewer corners than it says.", got: String(rest.length - 1), expected: String(count) },
        place,
      );
    }
    const corners = rest.slice(1, count + 1).map((word) => integerOf(word, "a vertex of the face", place));
    const colors = rest.slice(count + 1);
    if (colors.length > 4 || colors.length === 2) {
      throw new MeshError(
        { what: "there is more on the line than a face and its colour.", got: shown(colors.join(" ")) },
        place,
      );
    }
    for (const word of colors) numberOf(word, "the colour of the face", place);
    addFace(mesh, corners, number, options);
  }
  const more = lines.next();
  if (more.done !== true) {
    throw new MeshError(
      { what: "there is more after the last face.", got: shown(more.value.words.join(" ")) },
      { file, line: more.value.number },
    );
  }
  return assemble(mesh, options);
}

/**
 * Writes a mesh as the text of an OFF file, with numbers that read back to the same bits.
 * @throws MeshError where a number is not finite, or the mesh has attributes.
 */
export function formatOff(mesh: Mesh, options: FormatMeshOptions = {}): string {
  const { positions, faces } = rowsOf(mesh, options, () => false);
  const { vertexCount, faceCount, edgeCount } = mesh.topology;
  const lines = ["OFF", `${vertexCount} ${faceCount} ${edgeCount}`];
  for (let v = 0; v < vertexCount; v++)
    lines.push(Array.from(positions.subarray(3 * v, 3 * v + 3), digitsOf).join(" "));
  for (let f = 0; f < faceCount; f++) lines.push(`3 ${faces.subarray(3 * f, 3 * f + 3).join(" ")}`);
  return `${lines.join("\n")}\n`;
}

function countOf(word: string | undefined, place: Place): number {
  const count = integerOf(word, "a count", place);
  if (count >= 0) return count;
  throw new MeshError({ what: "a count is below 0.", got: String(count) }, place);
}
