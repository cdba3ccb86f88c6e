import type { Mesh } from "../mesh/mesh.js";
import { expectFinite } from "../mesh/validateMesh.js";
import { digitsOf } from "./lines.js";
import { hasShape, rowsOf } from "./meshRows.js";
import type { FormatMeshOptions } from "./options.js";

/**
 * Writes a mesh as the text of an OBJ file, with numbers that read back to the same bits. The vertex attribute
 * `color` [vertices, 3], and the half-edge attributes `texture` [half-edges, 2] and `normal` [half-edges, 3] are
 * written as well.
 *
 * @throws MeshError where a number is not finite, or there are other attributes.
 */
export function formatObj(mesh: Mesh, options: FormatMeshOptions = {}): string {
  const { positions, faces, halfEdges } = rowsOf(mesh, options, (kind, name, values) => {
    if (kind === "vertexAttributes") return name === "color" && hasShape(values, 3);
    return kind === "halfEdgeAttributes" && hasShape(values, { texture: 2, normal: 3 }[name] ?? -1);
  });
  const { vertexAttributes, halfEdgeAttributes } = mesh.geometry;
  const { color } = vertexAttributes;
  const colors = color !== undefined && hasShape(color, 3) ? finite(color.data, 3) : undefined;
  const lines: string[] = [];
  for (let v = 0; 3 * v < positions.length; v++)
    lines.push(`v ${row(positions, v, 3)}${colors ? ` ${row(colors, v, 3)}` : ""}`);
  const [textureOf, normalOf] = (["texture", "normal"] as const).map((name, k) => {
    const values = halfEdgeAttributes[name];
    if (values === undefined || !hasShape(values, k + 2)) return undefined;
    return writeList(lines, ["vt", "vn"][k] as string, finite(values.data, k + 2), k + 2, halfEdges);
  });
  for (let f = 0; 3 * f < faces.length; f++) {
    const corners = [0, 1, 2].map((k) => {
      const vertex = (faces[3 * f + k] as number) + 1;
      const [t, n] = [textureOf?.[3 * f + k], normalOf?.[3 * f + k]];
      if (n === undefined) return t === undefined ? String(vertex) : `${vertex}/${t}`;
      return `${vertex}/${t ?? ""}/${n}`;
    });
    lines.push(`f ${corners.join(" ")}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Writes the rows of the corners, equal ones once. @returns number of the row, from 1, of each corner. */
function writeList(
  lines: string[],
  keyword: string,
  values: Float64Array,
  width: number,
  corners: Int32Array,
): number[] {
  const numbers = new Map<string, number>();
  return Array.from(corners, (h) => {
    const text = row(values, h, width);
    let number = numbers.get(text);
    if (number === undefined) {
      number = numbers.size + 1;
      numbers.set(text, number);
      lines.push(`${keyword} ${text}`);
    }
    return number;
  });
}

function finite(data: ArrayLike<number>, width: number): Float64Array {
  const values = Float64Array.from(data);
  expectFinite(values, width);
  return values;
}

/** Row `index` of a table, by digits. */
function row(values: Float64Array, index: number, width: number): string {
  return Array.from(values.subarray(width * index, width * (index + 1)), digitsOf).join(" ");
}
