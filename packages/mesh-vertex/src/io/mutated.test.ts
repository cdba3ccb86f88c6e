import { describe, expect, it } from "@jest/globals";
import { np, random, type Tensor } from "@simgrad/core";
import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { validateMesh } from "../mesh/validateMesh.js";
import { disk } from "../shapes/disk.js";
import { octahedron, tetrahedron } from "../shapes/polyhedra.js";
import { annulus } from "../shapes/tubes.js";
import { formatObj } from "./formatObj.js";
import { formatPly } from "./formatPly.js";
import { formatStl } from "./formatStl.js";
import { formatOff, parseOff } from "./off.js";
import { parseObj } from "./parseObj.js";
import { parsePly } from "./parsePly.js";
import { parseStl, type ParseStlOptions } from "./parseStl.js";

const seed = 20;
const files = 20_000;

/** Numbers below a bound, from a counter-based generator: always the same. */
function numbersFrom(key: Tensor): (below: number) => number {
  const words = random.bits(key, [1 << 19]).data;
  let next = 0;
  return (below) => (words[next++ % words.length] as number) % below;
}

function withAttributes(mesh: Mesh): Mesh {
  const { vertexCount, halfEdgeCount, faceCount } = mesh.topology;
  const geometry = mesh.geometry.with({
    vertexAttributes: {
      color: np
        .arange(3 * vertexCount)
        .reshape([vertexCount, 3])
        .div(8),
    },
    halfEdgeAttributes: {
      texture: np.arange(2 * halfEdgeCount).reshape([halfEdgeCount, 2]),
      normal: np.ones([halfEdgeCount, 3]),
    },
    faceAttributes: { kind: np.arange(faceCount).astype("int32") },
  });
  return { ...mesh, geometry };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const skip = { attributes: "skip" } as const;
const meshes = [tetrahedron(), octahedron(), disk(1), annulus(4, 1)];
const negative = encode("v 0 0 0\r\nv 1 0 0\r\nv 1 1 0\r\nf -3 -2 -1\r\nv 0 1 0\r\nf -4 -2 -1\r\n");
type Parser = (bytes: Uint8Array, options: ParseStlOptions) => Mesh;
const valid: readonly { readonly parse: Parser; readonly bytes: Uint8Array }[] = [
  { parse: parseObj, bytes: negative },
  ...meshes.flatMap((mesh) => {
    const rich = withAttributes(mesh);
    return [
      { parse: parseObj, bytes: encode(formatObj(mesh)) },
      { parse: parseObj, bytes: encode(formatObj(rich, skip)) },
      { parse: parseOff, bytes: encode(formatOff(mesh)) },
      { parse: parsePly, bytes: formatPly(mesh, { format: "text" }) },
      { parse: parsePly, bytes: formatPly(rich, { ...skip, format: "text" }) },
      { parse: parsePly, bytes: formatPly(rich, skip) },
      { parse: parsePly, bytes: formatPly(mesh, { format: "binaryBigEndian" }) },
      { parse: parseStl, bytes: formatStl(mesh) },
      { parse: parseStl, bytes: formatStl(mesh, { format: "binary", round: true }) },
    ];
  }),
];

const words = ["nan", "-inf", "1e999", "-1", "0", "4294967295", "999999999999", "1/1/1", "f", "list", "", "\u00e9"];

/**
 * One change of a file: a byte flipped, bytes left out, a line doubled, numbers swapped, the end cut off, a word in
 * place of another.
 */
function mutated(bytes: Uint8Array, draw: (below: number) => number): Uint8Array {
  if (bytes.length === 0) return bytes;
  const at = draw(bytes.length);
  switch (draw(6)) {
    case 0: {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] as number) ^ (1 << draw(8));
      return flipped;
    }
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + draw(8))]);
    case 2: {
      const start = bytes.lastIndexOf(10, at) + 1;
      const end = bytes.indexOf(10, at) + 1 || bytes.length;
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
    }
    case 3:
    case 4: {
      const text = Buffer.from(bytes).toString("latin1");
      const found = [...text.matchAll(/[-\w.]+/g)];
      const [a, b] = [found[draw(found.length || 1)], found[draw(found.length || 1)]];
      if (a === undefined || b === undefined) return bytes;
      const by = draw(2) === 0 ? b[0] : (words[draw(words.length)] as string);
      return Buffer.from(text.slice(0, a.index) + by + text.slice(a.index + a[0].length), "latin1");
    }
    default:
      return bytes.subarray(0, at);
  }
}

describe("readers of mutated files", () => {
  it("give a valid mesh or a MeshError, with bounded memory", () => {
    const draw = numbersFrom(random.key(seed));
    const count = { accepted: 0, pastFirstLine: 0 };
    const start = process.memoryUsage.rss();
    let most = 0;
    for (let i = 0; i < files; i++) {
      const { parse, bytes } = valid[draw(valid.length)]!;
      const options = [{}, { polygons: "fan" }, { duplicates: "weld", unreferenced: "drop" }, skip] as const;
      let file = mutated(bytes, draw);
      if (draw(3) === 0) file = mutated(file, draw);
      try {
        const { topology, geometry } = parse(file, options[draw(4)]!);
        validateMesh(topology, geometry);
        count.accepted++;
        count.pastFirstLine++;
      } catch (error) {
        if (!(error instanceof MeshError)) {
          throw new Error(`file ${i} of seed ${seed}: ${JSON.stringify(String.fromCharCode(...file))}`, {
            cause: error,
          });
        }
        const { line, element, message } = error;
        // binary files have no lines: there the first element is what comes after the first line
        if (line === null ? element !== null || message.includes("no faces") : line > 1) count.pastFirstLine++;
      }
      if (i % 50 === 0) most = Math.max(most, process.memoryUsage.rss() - start);
    }
    expect(count.pastFirstLine).toBeGreaterThan(0.3 * files);
    expect(most).toBeLessThan(600e6);
    // those of this seed
    expect(count).toEqual({ accepted: 3140, pastFirstLine: 17_331 });
  });
});
