import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { np, random, type Tensor } from "@simgrad/core";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { GeometricMesh } from "../mesh/geometricMesh.js";
import { meshOf, type Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { icosphere } from "../shapes/icosphere.js";
import { randomDisk } from "../shapes/randomDisk.js";
import { formatObj } from "./formatObj.js";
import { formatPly } from "./formatPly.js";
import { formatStl } from "./formatStl.js";
import { formatOff, parseOff } from "./off.js";
import { readMesh, writeMesh } from "./onDisk.js";
import { parseObj } from "./parseObj.js";
import { parsePly } from "./parsePly.js";
import { parseStl } from "./parseStl.js";

/** Bits of all arrays of a mesh, by name. */
function bitsOf({ topology, geometry }: Mesh): Record<string, unknown> {
  const bits = (x: Tensor): unknown => [x.dtype, x.shape, Buffer.from(Uint8Array.from(bytesOf(x))).toString("hex")];
  const all = (attributes: Readonly<Record<string, Tensor>>): unknown =>
    Object.fromEntries(Object.entries(attributes).map(([name, x]) => [name, bits(x)]));
  return {
    origin: bits(topology.origin),
    next: bits(topology.next),
    faces: topology.faces.toArray(),
    positions: bits(geometry.positions),
    vertex: all(geometry.vertexAttributes),
    halfEdge: all(geometry.halfEdgeAttributes),
    face: all(geometry.faceAttributes),
  };
}

function bytesOf(x: Tensor): Uint8Array {
  const data = x.data as Float64Array;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The error that a function throws, by what a test compares. */
function refusal(f: () => unknown): Record<string, unknown> {
  try {
    f();
  } catch (error) {
    if (!(error instanceof MeshError)) throw error;
    const { file, line, element, message } = error;
    return { file, line, element, message };
  }
  return { message: "accepted" };
}

const numbers = (x: Tensor | undefined): unknown => x?.toArray();
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Numbers with all their digits, large, small, and -0. */
const rough: Mesh = (() => {
  const sphere = icosphere(1);
  const noise = random.normal(random.key(5), [42, 3]).mul(0.01);
  const positions = sphere.geometry.positions
    .add(noise)
    .at(0, 0)
    .set(-0)
    .at(1, 1)
    .set(1e-300)
    .at(2, 2)
    .set(123456789.1);
  return { ...sphere, geometry: new GeometricMesh({ positions }) };
})();
const flat = randomDisk(40, { seed: 2, rounds: 3 });
const halfEdges = rough.topology.halfEdgeCount;
const corners = {
  texture: random.uniform(random.key(6), [halfEdges, 2]),
  normal: random.normal(random.key(7), [halfEdges, 3]),
};

describe("numbers read back to the same bits", () => {
  it("in OBJ, with texture coordinates, normals and colours", () => {
    expect(bitsOf(parseObj(formatObj(rough)))).toEqual(bitsOf(rough));
    expect(bitsOf(parseObj(formatObj(flat), { dimension: 2 }))).toEqual(bitsOf(flat));
    for (const halfEdgeAttributes of [corners, { texture: corners.texture }, { normal: corners.normal }]) {
      const vertexAttributes = { color: random.uniform(random.key(8), [42, 3]) };
      const mesh = { ...rough, geometry: rough.geometry.with({ halfEdgeAttributes, vertexAttributes }) };
      expect(bitsOf(parseObj(formatObj(mesh)))).toEqual(bitsOf(mesh));
      expect(bitsOf(parseObj(formatObj(mesh), { attributes: "skip" }))).toEqual(bitsOf(rough));
    }
  });

  it.each(["text", "binary", "binaryBigEndian"] as const)("in PLY as %s, with attributes", (format) => {
    expect(bitsOf(parsePly(formatPly(flat, { format }), { dimension: 2 }))).toEqual(bitsOf(flat));
    const key = random.key(9);
    const mesh = {
      ...rough,
      geometry: rough.geometry.with({
        vertexAttributes: {
          velocity: random.normal(key, [42, 3]),
          charge: random.normal(key, [42], { dtype: "float32" }),
          constructor: random.normal(key, [42]),
        },
        faceAttributes: {
          kind: np.arange(80).sub(40).astype("int32"),
          bits: random.bits(key, [80], { dtype: "uint32" } as never),
        },
        halfEdgeAttributes: { texture: corners.texture },
      }),
    };
    expect(bitsOf(parsePly(formatPly(mesh, { format })))).toEqual(bitsOf(mesh));
    expect(bitsOf(parsePly(formatPly(mesh, { format }), { attributes: "skip" }))).toEqual(bitsOf(rough));
  });

  it("in OFF", () => {
    expect(bitsOf(parseOff(formatOff(rough)))).toEqual(bitsOf(rough));
    expect(bitsOf(parseOff(formatOff(flat), { dimension: 2 }))).toEqual(bitsOf(flat));
  });

  it("in STL, where vertices come in the order of faces", () => {
    const read = parseStl(formatStl(rough));
    expect(bitsOf(parseStl(formatStl(read)))).toEqual(bitsOf(read));
    const corners = (mesh: Mesh): string[][] =>
      (np.take(mesh.geometry.positions, mesh.topology.faces).toArray() as number[][][]).map((face) => {
        const words = face.map(String);
        const least = words.indexOf([...words].sort()[0] as string);
        return [...words.slice(least), ...words.slice(0, least)];
      });
    // -0 is where 0 is: one vertex, of the first of them
    expect(corners(read)).toEqual(corners(rough));
    const single = {
      ...rough,
      geometry: new GeometricMesh({ positions: rough.geometry.positions.astype("float32").astype("float64") }),
    };
    expect(corners(parseStl(formatStl(single, { format: "binary" })))).toEqual(corners(single));
  });
});

describe("a writer refuses", () => {
  const bad = (positions: Tensor): Mesh => ({ ...rough, geometry: new GeometricMesh({ positions }) });
  it("what the format cannot hold, unless it may leave that out", () => {
    const mesh = { ...rough, geometry: rough.geometry.with({ faceAttributes: { pressure: np.ones([80]) } }) };
    expect(() => formatObj(mesh)).toThrow("no place for faceAttributes.pressure");
    expect(() => formatOff(mesh)).toThrow('attributes: "skip"');
    expect(formatStl(mesh, { attributes: "skip" })).toEqual(formatStl(rough));
    expect(() => formatStl(rough, { format: "binary" })).toThrow("no float32");
    expect(formatStl(rough, { format: "binary", round: true }).length).toBe(84 + 50 * 80);
    const spaced = { ...rough, geometry: rough.geometry.with({ faceAttributes: { "a b": np.ones([80]) } }) };
    expect(() => formatPly(spaced)).toThrow('"a b"');
    const same = {
      ...rough,
      geometry: rough.geometry.with({ vertexAttributes: { v: np.ones([42, 2]), v_1: np.ones([42]) } }),
    };
    expect(() => formatPly(same)).toThrow("v_1");
  });

  it("numbers that are not finite", () => {
    for (const write of [formatObj, formatPly, formatOff, formatStl]) {
      expect(refusal(() => write(bad(rough.geometry.positions.at(7, 1).set(NaN))))).toMatchObject({
        element: { kind: "vertex", index: 7 },
      });
    }
    const mesh = { ...rough, geometry: rough.geometry.with({ vertexAttributes: { a: np.full([42], Infinity) } }) };
    expect(() => formatPly(mesh)).toThrow("the attribute a is not finite");
  });
});

const square = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n";

describe("parseObj", () => {
  it("takes CR LF, negative indices, comments, names, groups, materials and continued lines", () => {
    const source = [
      "\uFEFF# a comment",
      "mtllib a.mtl",
      "o square",
      "v 0 0 0 # first",
      "v 1 0 0",
      "v\t1 1 \\",
      "0",
      "",
      "g half",
      "usemtl red",
      "s off",
      "v 0 1 0 1.0",
      "f -4 -3 -2",
      "l 1 2",
      "p 1",
      "f 1 3 +4",
    ];
    for (const end of ["\n", "\r\n", "\r"]) {
      const { topology, geometry } = parseObj(source.join(end), { dimension: 2 });
      expect(topology.faces.toArray()).toEqual([[0, 1, 2], [0, 2, 3]]); // prettier-ignore
      expect(numbers(geometry.positions)).toEqual([[0, 0], [1, 0], [1, 1], [0, 1]]); // prettier-ignore
    }
  });

  it("puts texture coordinates and normals at the half-edges that leave the corners", () => {
    const source = `${square}vt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nvt 0.5\nvn 0 0 1\nf 1/1/1 2/2/1 3/3/1\nf 1/-1/1 3/3/-1 4/4/1\n`;
    const { topology, geometry } = parseObj(source);
    const { origin, face } = topology.toHalfEdges();
    const rows = numbers(geometry.halfEdgeAttributes["texture"]) as number[][];
    const own = [[0, 0], [1, 0], [1, 1], [0, 1]]; // prettier-ignore
    origin.forEach((v, h) => {
      expect(rows[h]).toEqual(face[h] === -1 ? [0, 0] : face[h] === 1 && v === 0 ? [0.5, 0] : own[v]);
    });
    expect((numbers(geometry.halfEdgeAttributes["normal"]) as number[][])[0]).toEqual([0, 0, 1]);
  });

  it("cuts polygons into fans where asked to", () => {
    const pentagon = "v 0 0 0\nv 2 0 0\nv 3 1 0\nv 1 3 0\nv -1 1 0\nvt 0 0\nvt 1 0\nvt 2 0\nvt 3 0\nvt 4 0\n";
    const { topology, geometry } = parseObj(`${pentagon}f 1/1 2/2 3/3 4/4 5/5`, { polygons: "fan" });
    expect(topology.faces.toArray()).toEqual([[0, 1, 2], [0, 2, 3], [0, 3, 4]]); // prettier-ignore
    const { origin, face } = topology.toHalfEdges();
    const u = numbers(geometry.halfEdgeAttributes["texture"]) as number[][];
    origin.forEach((v, h) => expect(u[h]?.[0]).toBe(face[h] === -1 ? 0 : v));
  });

  it("welds and drops vertices where asked to, with their attributes", () => {
    const source =
      "v 9 9 9 1 1 1\nv 0 0 0 1 0 0\nv 1 0 0 0 1 0\nv 0 1 0 0 0 1\nv 1 0 0 0 0 0\nv 1 1 0 1 1 0\nf 2 3 4\nf 5 6 4\n";
    const { topology, geometry } = parseObj(source, { duplicates: "weld", unreferenced: "drop" });
    expect(topology.faces.toArray()).toEqual([[0, 1, 2], [1, 3, 2]]); // prettier-ignore
    expect((numbers(geometry.vertexAttributes["color"]) as number[][])[3]).toEqual([1, 1, 0]);
    expect(() => parseObj(source, { unreferenced: "drop" })).toThrow(
      "line 5, vertex 4: the vertex is where vertex 2 is",
    );
    expect(() => parseObj(source, { duplicates: "weld" })).toThrow("line 1, vertex 0: the vertex belongs to no face");
  });

  it.each([
    ["a missing coordinate", "v 0 0\n", 1, "vertex", 0, "is missing"],
    ["a coordinate that is no number", `${square}v 0 1x 2\n`, 5, "vertex", 4, 'coordinate y is no number. Got: "1x"'],
    ["hexadecimal numbers", "v 0x10 0 0", 1, "vertex", 0, "no number"],
    ["NaN", "v 0 0 0\nv nan 0 0", 2, "vertex", 1, "not finite"],
    ["infinity", "v 0 -Inf 0", 1, "vertex", 0, "not finite"],
    ["a number that overflows", "v 0 0 1e999", 1, "vertex", 0, "not finite"],
    ["weights", "v 0 0 0 0.5", 1, "vertex", 0, "weight"],
    ["too many numbers", "v 0 0 0 1 2", 1, "vertex", 0, "too many"],
    ["index 0", `${square}f 0 1 2`, 5, "face", 0, "begin at 1"],
    ["an index beyond the vertices", `${square}f 1 2 3\nf 1 3 5`, 6, "face", 1, "not there. Got: vertex 4"],
    ["an index before the first vertex", `${square}f 1 2 -5`, 5, "face", 0, "-4 or above"],
    ["an index that is no number", `${square}f 1 2 3.5`, 5, "face", 0, "no whole number"],
    ["a corner without vertex", `${square}f 1 2 /1`, 5, "face", 0, "no whole number"],
    ["a quadrangle", `${square}f 1 2 3 4`, 5, "face", 0, "no triangle. Got: 4"],
    ["a face of two corners", `${square}f 1 2`, 5, "face", 0, "no triangle. Got: 2"],
    ["a texture index beyond the list", `${square}vt 0 0\nf 1/1 2/1 3/2`, 6, "face", 0, "`texture` is that of none"],
    ["corners with and without texture", `${square}vt 0 0\nf 1/1 2/1 3/1\nf 1 3 4`, 7, "face", 1, "mixed"],
    ["curves", `${square}curv2 1 2`, 5, undefined, 0, "`curv2` belongs to free-form"],
    ["an unknown line", `${square}solid`, 5, undefined, 0, 'Got: "solid"'],
    ["a repeated vertex", `${square}f 1 2 2`, 5, "face", 0, "repeats a vertex"],
    ["a vertex of no face", `${square}f 1 2 3`, 4, "vertex", 3, "belongs to no face"],
    ["a duplicate", `${square}v 1 0 -0\nf 1 2 3\nf 1 3 4\nf 1 4 5`, 5, "vertex", 4, "is where vertex 1 is"],
    ["a face that is there twice", `${square}f 1 2 3\nf 1 3 4\nf 2 3 1`, 7, "face", 2, "there twice"],
    ["a face turned over", `${square}f 1 2 3\nf 1 4 3`, 6, "face", 1, "opposite orientations"],
    ["a fan of three", `${square}v 5 5 5\nf 1 2 3\nf 1 3 4\nf 3 1 5`, 8, "face", 2, "more than two faces"],
    ["a pinched vertex", `${square}v 5 5 5\nf 1 2 3\nf 1 4 5`, 1, "vertex", 0, "several fans"],
    ["no area", "v 0 0 0\nv 1 1 1\nv 3 3 3\nf 1 2 3", 4, "face", 0, "no area"],
    ["no area but for rounding", "v 0 0 0\nv .1 .3 .7\nv .3 .9 2.1\nf 1 2 3", 4, "face", 0, "no area"],
  ] as const)("refuses %s", (_, source, line, kind, index, message) => {
    const found = refusal(() =>
      parseObj(source, { file: "a.obj", unreferenced: _.includes("of no face") ? "refuse" : "drop" }),
    );
    expect(found).toMatchObject({ file: "a.obj", line, element: kind === undefined ? null : { kind, index } });
    expect(found["message"]).toContain(message);
  });

  it("keeps thin triangles and tiny or huge ones", () => {
    for (const scale of [1e-200, 1, 1e200]) {
      const at = [[0, 0, 0], [1, 0, 0], [0.5, 1e-12, 0]].map((p) => p.map((x) => x * scale)); // prettier-ignore
      expect(parseObj(formatObj(meshOf(at, [[0, 1, 2]]))).topology.faceCount).toBe(1);
    }
  });

  it("names the file's faces where polygons were cut, and refuses heights in the plane", () => {
    const source = `${square}v 5 5 5\nf 1 2 3 4\nf 1 2 5`;
    const found = refusal(() => parseObj(source, { polygons: "fan" }));
    expect(found).toMatchObject({ line: 7, element: { kind: "face", index: 1 } });
    const high = refusal(() => parseObj("v 0 0 0\nv 1 0 0\nv 0 1 2\nf 1 2 3", { dimension: 2 }));
    expect(high).toMatchObject({ line: 3, element: { kind: "vertex", index: 2 } });
    expect(parseObj("v 0 0\nv 1 0\nv 0 1\nf 1 2 3", { dimension: 2 }).geometry.dimension).toBe(2);
  });

  it("refuses files without faces", () => {
    expect(() => parseObj("")).toThrow("no faces");
    expect(() => parseObj(square)).toThrow("no faces");
  });
});

const ply = (vertices: number, faces: number, body: string, more = ""): string =>
  `ply\nformat ascii 1.0\ncomment made by hand\nelement vertex ${vertices}\nproperty float x\nproperty float y\nproperty float z\n${more}element face ${faces}\nproperty list uchar int vertex_index\nend_header\n${body}`;

describe("parsePly", () => {
  it("skips other elements, and lists of faces", () => {
    const source = ply(3, 1, "7 8\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n").replace(
      "element vertex",
      "element camera 1\nproperty int a\nproperty int b\nelement empty 999999999999\nelement vertex",
    );
    expect(parsePly(source).topology.faces.toArray()).toEqual([[0, 1, 2]]);
    expect(parsePly(source.replace(/\n/g, "\r\n")).topology.faces.toArray()).toEqual([[0, 1, 2]]);
  });

  it("cuts polygons into fans, with attributes of the face", () => {
    const source = ply(4, 1, "0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3 7\n").replace(
      "end_header",
      "property uchar kind\nend_header",
    );
    const mesh = parsePly(source, { polygons: "fan" });
    expect(numbers(mesh.geometry.faceAttributes["kind"])).toEqual([7, 7]);
  });

  const triangle = "0 0 0\n1 0 0\n0 1 0\n";
  it.each([
    ["another beginning", "plyx\n", 1, null, "does not begin as PLY"],
    ["an empty file", "", 1, null, "does not begin as PLY"],
    ["a header without end", "ply\nformat ascii 1.0\n", 3, null, "does not end"],
    ["another version", "ply\nformat ascii 2.0\n", 2, null, "header is wrong"],
    ["a type that PLY has not", ply(3, 1, "").replace("float x", "quad x"), 5, null, "property TYPE NAME"],
    ["a count that is no number", ply(3, 1, "").replace("vertex 3", "vertex x"), 4, null, "no whole number"],
    ["vertices without z", ply(3, 1, "").replace("float z", "float w"), null, null, "no property z"],
    ["a missing coordinate", ply(3, 1, "0 0 0\n1 0\n"), 12, "vertex 1", "property z is missing"],
    ["more numbers than properties", ply(3, 1, "0 0 0 1\n"), 11, "vertex 0", "more on the line"],
    ["counts beyond the file", ply(1e12, 1, triangle), 13, "vertex 3", "ends before the last row"],
    ["fewer faces than promised", ply(3, 2, `${triangle}3 0 1 2\n`), 14, "face 1", "ends before the last row"],
    ["more rows than promised", ply(3, 1, `${triangle}3 0 1 2\n3 0 1 2\n`), 15, null, "more after the last row"],
    ["a list longer than its line", ply(3, 1, `${triangle}255 0 1 2\n`), 14, "face 0", "longer than what is left"],
    ["an index beyond the vertices", ply(3, 1, `${triangle}3 0 1 3\n`), 14, "face 0", "not there"],
    ["a negative index", ply(3, 1, `${triangle}3 0 1 -1\n`), 14, "face 0", "not there. Got: vertex -1"],
    ["a number beyond its type", ply(3, 1, `${triangle}300 0 1 2\n`), 14, "face 0", "beyond its type"],
  ])("refuses %s", (_, source, line, element, message) => {
    const found = refusal(() => parsePly(source, { file: "a.ply" }));
    expect(found["message"]).toContain(message);
    expect(found["line"]).toBe(line);
    const { kind, index } = (found["element"] ?? {}) as Record<string, unknown>;
    expect(kind === undefined ? null : `${kind} ${index}`).toBe(element);
  });

  it("refuses binary files that are cut short at any byte, or go on", () => {
    const whole = formatPly(meshOf([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]])); // prettier-ignore
    expect(parsePly(whole).topology.faceCount).toBe(1);
    for (let size = 0; size < whole.length; size++) {
      expect(() => parsePly(whole.subarray(0, size))).toThrow(MeshError);
    }
    expect(() => parsePly(Uint8Array.of(...whole, 10))).toThrow("1 bytes");
    const promise = text(whole.subarray(0, 60)).replace("vertex 3", "vertex 999999999");
    const greedy = Uint8Array.of(...new TextEncoder().encode(promise), ...whole.subarray(60));
    expect(() => parsePly(greedy)).toThrow(MeshError);
  });
});

describe("parseOff", () => {
  const triangle = "0 0 0\n1 0 0\n0 1 0\n";
  it("takes counts in the first line, comments and colours of faces", () => {
    expect(parseOff(`OFF 3 1 0\n# vertices\n\n${triangle}3 0 1 2 255 0 0\n`).topology.faceCount).toBe(1);
    expect(parseOff(`OFF\n3 1\n${triangle}3 0 1 2 # face`).topology.faceCount).toBe(1);
  });

  it.each([
    ["a relative", `COFF\n3 1 0\n${triangle}`, 1, 'Got: "COFF"'],
    ["an empty file", "", 1, "ends where its header"],
    ["a missing count", `OFF\n3\n${triangle}`, 2, "counts"],
    ["a negative count", `OFF\n-3 1 0\n${triangle}`, 2, "below 0"],
    ["counts beyond the file", `OFF\n4000000000 1 0\n${triangle}`, 5, "vertex 3 of 4000000000"],
    ["a missing coordinate", "OFF\n3 1 0\n0 0\n", 3, "is missing"],
    ["a missing corner", `OFF\n3 1 0\n${triangle}3 0 1\n`, 6, "fewer corners"],
    ["more after the last face", `OFF\n3 1 0\n${triangle}3 0 1 2\n3 0 1 2`, 7, "more after the last face"],
    ["more on a face's line", `OFF\n3 1 0\n${triangle}3 0 1 2 1 2`, 6, "more on the line"],
    ["an index beyond the vertices", `OFF\n3 1 0\n${triangle}3 0 1 3`, 6, "not there"],
  ])("refuses %s", (_, source, line, message) => {
    const found = refusal(() => parseOff(source));
    expect(found).toMatchObject({ line });
    expect(found["message"]).toContain(message);
  });
});

describe("parseStl", () => {
  const facet = "facet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\n";
  it("makes corners within a distance one vertex, and no others", () => {
    const second = facet
      .replace("vertex 0 0 0", "vertex 1 1 0")
      .replace("1 0 0", "0 1.001 0")
      .replace("0 1 0", "1 0 0");
    const source = `solid two\n${facet}${second}endsolid two\n`;
    expect(parseStl(source, { weld: 0.002 }).topology.vertexCount).toBe(4);
    // the two triangles then share one corner alone
    expect(() => parseStl(source, { weld: 0.0005 })).toThrow("several fans");
    expect(() => parseStl(source)).toThrow("several fans");
    expect(() => parseStl(source, { weld: NaN })).toThrow("`weld`");
    expect(() => parseStl(source, { weld: 10 })).toThrow("face 0: a face repeats a vertex");
  });

  it("tells binary files that begin as text does by their length", () => {
    const bytes = formatStl(icosphere(0), { format: "binary", round: true });
    bytes.set(new TextEncoder().encode("solid facet"));
    expect(parseStl(bytes).topology.vertexCount).toBe(12);
    expect(() => parseStl(bytes.subarray(0, 500))).toThrow(MeshError);
    bytes.fill(0, 0, 80);
    expect(() => parseStl(bytes.subarray(0, 500))).toThrow("1084 bytes for 20 triangles");
    expect(() => parseStl(bytes.subarray(0, 50))).toThrow("ends in the header");
    new DataView(bytes.buffer).setUint32(80, 0xffffffff, true);
    expect(() => parseStl(bytes)).toThrow("ends before its last triangle");
    new DataView(bytes.buffer).setUint32(80, 20, true);
    new DataView(bytes.buffer).setFloat32(84 + 50 * 3 + 16, NaN, true);
    expect(refusal(() => parseStl(bytes))).toMatchObject({ element: { kind: "face", index: 3 } });
  });

  it.each([
    ["no solid", "solids\n", 1, 'Got: "solids"'],
    ["a missing end", `solid a\n${facet}`, 8, "ends where `facet normal` should be"],
    ["a missing corner", `solid a\n${facet.replace("vertex 1 0 0\n", "")}`, 6, "expected: vertex"],
    ["a missing coordinate", `solid a\n${facet.replace("vertex 1 0 0", "vertex 1 0")}`, 5, "coordinate z is missing"],
    ["a second solid", `solid a\n${facet}endsolid\nsolid b`, 10, "one solid"],
  ])("refuses %s", (_, source, line, message) => {
    const found = refusal(() => parseStl(source));
    expect(found).toMatchObject({ line });
    expect(String(found["message"]).toLowerCase()).toContain(message.toLowerCase());
  });
});

describe("a file of a mesh", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "simgrad-mesh-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(["obj", "ply", "off", "STL"])("is written and read by its ending .%s", async (ending) => {
    const path = join(folder, `a.${ending}`);
    await writeMesh(path, icosphere(1));
    expect((await readMesh(pathToFileURL(path))).topology.vertexCount).toBe(42);
  });

  it("that is wrong, missing, or of another kind is named", async () => {
    const path = join(folder, "bad.obj");
    await writeFile(path, `${square}f 1 2 3\nf 1 4 3\n`);
    await expect(readMesh(path)).rejects.toThrow(
      `${path}, line 6, face 1: neighbouring faces have opposite orientations`,
    );
    await expect(readMesh(join(folder, "none.ply"))).rejects.toThrow("there is no such file");
    await expect(readMesh(join(folder, "none.ply"))).rejects.toThrow(MeshError);
    await expect(readMesh(join(folder, "a.gltf"))).rejects.toThrow(".obj, .ply, .off or .stl");
    await writeMesh(join(folder, "t.ply"), icosphere(0), { format: "text" });
    expect(await readFile(join(folder, "t.ply"), "latin1")).toContain("format ascii 1.0");
  });
});

const shared = process.env["SIMGRAD_SHARED"] ?? fileURLToPath(new URL("../../../../../shared", import.meta.url));
const path = `${shared}/data/meshes/disk.obj`;
(existsSync(path) ? describe : describe.skip)("the disk of the field's reference (absent: skipped)", () => {
  it("is read with its counts, and comes back from each format", () => {
    const disk = parseObj(existsSync(path) ? readFileSync(path) : "", { dimension: 2, file: path });
    const { vertexCount, halfEdgeCount, faceCount } = disk.topology;
    expect([vertexCount, halfEdgeCount, faceCount]).toEqual([131, 708, 224]);
    const bare = { ...disk, geometry: new GeometricMesh({ positions: disk.geometry.positions }) };
    expect(bitsOf(parsePly(formatPly(bare), { dimension: 2 }))).toEqual(bitsOf(bare));
    expect(bitsOf(parseObj(formatObj(disk), { dimension: 2 }))).toEqual(bitsOf(disk));
    expect(parseStl(formatStl(bare), { dimension: 2 }).topology.halfEdgeCount).toBe(708);
  });
});
