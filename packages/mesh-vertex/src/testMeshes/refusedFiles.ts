import type { RefusedFile } from "./testMesh.js";
import { pentagon } from "./validFiles.js";

const corners = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n";
const triangles = "f 1 2 3\nf 1 3 4\n";
const off = "0 0 0\n1 0 0\n1 1 0\n0 1 0\n";

/** The files of test_meshes/refused/, in the order of the README. */
export function refusedFiles(): RefusedFile[] {
  return [
    refused(
      "fan_of_three.obj",
      "three faces at an edge",
      `${corners}v 1 0 1\n${triangles}f 3 1 5\n`,
      8,
      ["face", 2],
      "more than two faces",
    ),
    refused(
      "pinched_vertex.obj",
      "two triangles that meet in a vertex",
      "v 0 0 0\nv 1 0 0\nv 1 1 0\nv -1 0 0\nv -1 -1 0\nf 1 2 3\nf 1 4 5\n",
      1,
      ["vertex", 0],
      "several fans",
    ),
    refused(
      "pinched_inside.obj",
      "two tetrahedra that meet in a vertex",
      twoTetrahedra,
      1,
      ["vertex", 0],
      "several fans",
    ),
    refused("moebius.obj", "a strip with one side", moebius(), 20, ["face", 9], "opposite orientations"),
    refused(
      "flipped_face.obj",
      "a face that is turned over",
      `${corners}f 1 2 3\nf 1 4 3\n`,
      6,
      ["face", 1],
      "opposite orientations",
    ),
    refused(
      "duplicate_face.obj",
      "a face that is there twice",
      `${corners}${triangles}f 2 3 1\n`,
      7,
      ["face", 2],
      "there twice",
    ),
    refused("polygon.obj", "a pentagon, where polygons are not cut", pentagon, 6, ["face", 0], "no triangle"),
    refused("two_corners.obj", "a face of two corners", `${corners}${triangles}f 1 2\n`, 7, ["face", 2], "no triangle"),
    refused(
      "repeated_corner.obj",
      "a face with a vertex twice",
      `${corners}${triangles}f 3 3 4\n`,
      7,
      ["face", 2],
      "repeats a vertex",
    ),
    refused(
      "unreferenced_vertex.obj",
      "a vertex of no face",
      `${corners}v 2 2 2\n${triangles}`,
      5,
      ["vertex", 4],
      "belongs to no face",
    ),
    refused(
      "duplicate_vertex.obj",
      "two vertices in one place",
      "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nv 1 1 0\nf 1 2 3\nf 1 5 4\n",
      5,
      ["vertex", 4],
      "where vertex 2 is",
    ),
    refused(
      "nan.obj",
      "a coordinate that is not a number",
      corners.replace("1 1 0", "1 nan 0") + triangles,
      3,
      ["vertex", 2],
      "not finite",
    ),
    refused(
      "infinite.off",
      "a coordinate that is infinite",
      `OFF\n4 2 0\n${off.replace("0 1 0", "0 1e999 0")}3 0 1 2\n3 0 2 3\n`,
      6,
      ["vertex", 3],
      "not finite",
    ),
    refused(
      "zero_area.obj",
      "a face whose corners lie on a line",
      "v 0 0 0\nv 1 0 0\nv 2 0 0\nv 0 1 0\nf 1 2 4\nf 2 3 4\nf 2 1 3\n",
      7,
      ["face", 2],
      "no area",
    ),
    refused("index_0.obj", "an index 0", `${corners}f 0 1 2\n`, 5, ["face", 0], "begin at 1"),
    refused(
      "index_beyond.off",
      "an index beyond the vertices",
      `OFF\n4 2 0\n${off}3 0 1 2\n3 0 2 4\n`,
      8,
      ["face", 1],
      "not there",
    ),
    refused(
      "index_before.obj",
      "an index that counts back too far",
      `${corners}f -4 -3 -5\n`,
      5,
      ["face", 0],
      "beyond the first",
    ),
    refused(
      "missing_coordinate.obj",
      "a vertex of two coordinates",
      `v 0 0\n${corners}${triangles}`,
      1,
      ["vertex", 0],
      "missing",
    ),
    refused(
      "mixed_corners.obj",
      "corners with and without texture coordinates",
      `${corners}vt 0 0\nf 1/1 2/1 3/1\nf 1 3 4\n`,
      7,
      ["face", 1],
      "mixed",
    ),
    refused("curve.obj", "a free-form curve", `${corners}${triangles}curv 0 1 1 2\n`, 7, null, "free-form"),
    refused(
      "trailing.off",
      "more faces than promised",
      `OFF\n4 1 0\n${off}3 0 1 2\n3 0 2 3\n`,
      8,
      null,
      "more after the last face",
    ),
    refused(
      "cut_short.off",
      "fewer faces than promised",
      `OFF\n4 2 0\n${off}3 0 1 2\n`,
      7,
      null,
      "the file ends where face 1",
    ),
    refused("promise.ply", "counts far beyond the file", promise, 10, ["vertex", 1], "ends before the last row"),
    refused("empty.obj", "no faces", "# nothing\n", null, null, "no faces"),
  ];
}

const twoTetrahedra = [
  ...["0 0 0", "1 0 0", "0 1 0", "0 0 1", "-1 0 0", "0 -1 0", "0 0 -1"].map((point) => `v ${point}`),
  ...["1 3 2", "1 2 4", "2 3 4", "1 4 3", "1 5 6", "1 7 5", "5 7 6", "1 6 7"].map((face) => `f ${face}`),
  "",
].join("\n");

const promise = `ply
format ascii 1.0
element vertex 1000000000000
property double x
property double y
property double z
element face 1
property list uchar int vertex_indices
end_header
0 0 0
`;

/** Five quadrangles, the last joined to the first upside down. */
function moebius(): string {
  const lines: string[] = [];
  for (const [x, y] of [[4, 0], [1, 4], [-3, 2], [-3, -2], [1, -4]] as const) lines.push(`v ${x} ${y} -1`, `v ${x} ${y} 1`); // prettier-ignore
  for (let k = 0; k < 4; k++)
    lines.push(`f ${2 * k + 1} ${2 * k + 3} ${2 * k + 2}`, `f ${2 * k + 3} ${2 * k + 4} ${2 * k + 2}`);
  lines.push("f 9 2 10", "f 2 1 10", "");
  return lines.join("\n");
}

function refused(
  name: string,
  about: string,
  contents: string,
  line: number | null,
  element: readonly ["vertex" | "face", number] | null,
  message: string,
): RefusedFile {
  const at = element === null ? null : ({ kind: element[0], index: element[1] } as const);
  return { name: `refused/${name}`, about, contents, line, element: at, message };
}
