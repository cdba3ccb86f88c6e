import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { addFace, assemble, emptyFileMesh, type FileMesh } from "./fileMesh.js";
import { integerOf, linesOf, numberOf, shown, textOf, type Place } from "./lines.js";
import type { ParseMeshOptions } from "./options.js";

const skipped = new Set(
  "o g s mg mtllib usemtl usemap maplib lod bevel c_interp d_interp shadow_obj trace_obj l p".split(" "),
);
const curves = new Set(
  "vp cstype deg bmat step curv curv2 surf parm trim hole scrv sp end con ctech stech call csh bsp bzp cdc cdp res".split(
    " ",
  ),
);

/** Lists of a file, to which its faces refer. */
interface ObjLists {
  readonly mesh: FileMesh;
  readonly texture: number[];
  readonly normals: number[];
  readonly colors: number[];
  /** Index into `texture` and `normals` for each corner of the triangles; -1 for none. */
  readonly textureOf: number[];
  readonly normalOf: number[];
}

/**
 * Reads a mesh from the text of an OBJ file (Wavefront, Advanced Visualizer, appendix B1): its vertices and faces.
 * Texture coordinates (`vt`) and normals (`vn`) of corners become the half-edge attributes `texture` [half-edges, 2]
 * and `normal` [half-edges, 3], at the half-edge that leaves the corner; colours of vertices become the vertex
 * attribute `color`. Names, groups, materials, lines and points are skipped.
 *
 * @throws MeshError with file, line and element where the text is not such a mesh: see `ParseMeshOptions` for what
 *   can be mended.
 */
export function parseObj(source: string | Uint8Array, options: ParseMeshOptions = {}): Mesh {
  const mesh = emptyFileMesh();
  const lists: ObjLists = { mesh, texture: [], normals: [], colors: [], textureOf: [], normalOf: [] };
  for (const { number: line, words } of linesOf(textOf(source), { continues: true })) {
    const place: Place = { file: options.file, line };
    const [keyword = "", ...rest] = words;
    switch (keyword) {
      case "v":
        readVertex(lists, rest, place, options);
        break;
      case "vt":
        readTexture(lists, rest, place);
        break;
      case "vn":
        expectLength(rest, 3, 3, "a normal", place);
        for (const word of rest) lists.normals.push(numberOf(word, "a coordinate of the normal", place));
        break;
      case "f":
        readFace(lists, rest, line, options);
        break;
      default:
        refuseUnlessSkipped(keyword, place);
    }
  }
  addAttributes(lists, options);
  return assemble(mesh, options);
}

function refuseUnlessSkipped(keyword: string, place: Place): void {
  if (skipped.has(keyword)) return;
  throw new MeshError(
    curves.has(keyword)
      ? {
          what: `\`${keyword}\` belongs to free-form curves and surfaces, which are not meshes.`,
          fix: "export triangles.",
        }
      : { what: "the line is not one of an OBJ file.", got: shown(keyword) },
    place,
  );
}

function readVertex({ mesh, colors }: ObjLists, words: readonly string[], at: Place, options: ParseMeshOptions): void {
  const index = mesh.vertexLines.length;
  const place: Place = { ...at, element: { kind: "vertex", index } };
  const least = options.dimension === 2 ? 2 : 3;
  if (words.length < least) {
    const got = `${words.length} coordinates`;
    throw new MeshError({ what: "a coordinate of the vertex is missing.", got, expected: String(least) }, place);
  }
  if (words.length === 5 || words.length > 6) {
    throw new MeshError({ what: "the vertex has too many numbers.", got: String(words.length), expected: "3" }, place);
  }
  for (let k = 0; k < 3; k++) {
    mesh.positions.push(k < words.length ? numberOf(words[k], `coordinate ${"xyz"[k]}`, place) : 0);
  }
  mesh.vertexLines.push(place.line as number);
  if (words.length === 4 && numberOf(words[3], "the weight", place) !== 1) {
    throw new MeshError(
      { what: "the vertex has a weight, as those of rational curves.", got: words[3] as string },
      place,
    );
  }
  if (words.length === 6) for (const word of words.slice(3)) colors.push(numberOf(word, "the colour", place));
}

function readTexture({ texture }: ObjLists, words: readonly string[], place: Place): void {
  expectLength(words, 1, 3, "a texture vertex", place);
  const [u, v, w] = ["u", "v", "w"].map((name, k) => {
    return k < words.length ? numberOf(words[k], `texture coordinate ${name}`, place) : 0;
  }) as [number, number, number];
  if (w !== 0) {
    throw new MeshError(
      { what: "the texture coordinate w is not 0: textures have two dimensions.", got: String(w) },
      place,
    );
  }
  texture.push(u, v);
}

function expectLength(words: readonly string[], least: number, most: number, of: string, place: Place): void {
  if (words.length >= least && words.length <= most) return;
  const expected = least === most ? String(least) : `${least} to ${most}`;
  throw new MeshError(
    { what: `${of} has the wrong number of coordinates.`, got: String(words.length), expected },
    place,
  );
}

function readFace(lists: ObjLists, words: readonly string[], line: number, options: ParseMeshOptions): void {
  const { mesh } = lists;
  const index = mesh.faceLines.length;
  const place: Place = { file: options.file, line, element: { kind: "face", index } };
  const counts = [mesh.positions.length / 3, lists.texture.length / 2, lists.normals.length / 3] as const;
  const kinds = ["vertex", "texture vertex", "normal"] as const;
  const corners = words.map((word) => {
    const parts = word.split("/");
    if (parts.length > 3) throw new MeshError({ what: "the corner has too many indices.", got: shown(word) }, place);
    return kinds.map((kind, k) => {
      const part = parts[k] ?? "";
      if (part === "" && k > 0) return -1;
      const given = integerOf(part, `index of a ${kind}`, place);
      if (given === 0)
        throw new MeshError({ what: `index of a ${kind} is 0: they begin at 1.`, got: shown(word) }, place);
      const found = given > 0 ? given - 1 : counts[k]! + given;
      if (found >= 0) return found;
      throw new MeshError(
        {
          what: `index of a ${kind} goes back beyond the first one.`,
          got: String(given),
          expected: `-${counts[k]} or above`,
        },
        place,
      );
    });
  });
  const chosen = addFace(mesh, corners.map((corner) => corner[0] as number), line, options); // prettier-ignore
  for (const k of chosen) {
    lists.textureOf.push(corners[k]![1] as number);
    lists.normalOf.push(corners[k]![2] as number);
  }
}

function addAttributes(lists: ObjLists, options: ParseMeshOptions): void {
  const { mesh, texture, normals, colors, textureOf, normalOf } = lists;
  if (options.attributes === "skip") return;
  if (colors.length > 0) {
    if (colors.length !== mesh.positions.length) throw incomplete("Vertices with colours", options, {});
    mesh.vertexAttributes["color"] = { values: colors, width: 3, dtype: "float64" };
  }
  addCorners("texture", texture, 2, textureOf);
  addCorners("normal", normals, 3, normalOf);

  function addCorners(name: string, list: readonly number[], width: number, indices: readonly number[]): void {
    if (indices.every((index) => index === -1)) return;
    const count = list.length / width;
    const corner = indices.findIndex((index) => index === -1 || index >= count);
    if (corner !== -1) {
      const index = mesh.faceOf[Math.floor(corner / 3)] as number;
      const place: Place = { file: options.file, line: mesh.faceLines[index], element: { kind: "face", index } };
      if (indices[corner] === -1) throw incomplete(`Corners with \`${name}\``, options, place);
      const got = String((indices[corner] as number) + 1);
      throw new MeshError({ what: `index of \`${name}\` is that of none.`, got, expected: `1 to ${count}` }, place);
    }
    const values = indices.flatMap((index) => list.slice(width * index, width * (index + 1)));
    mesh.cornerAttributes[name] = { values, width, dtype: "float64" };
  }
}

function incomplete(what: string, options: ParseMeshOptions, place: Place): MeshError {
  return new MeshError(
    {
      what: `${what} are mixed with those without.`,
      fix: 'read with `attributes: "skip"`, which leaves all of them out.',
    },
    { file: options.file, ...place },
  );
}
