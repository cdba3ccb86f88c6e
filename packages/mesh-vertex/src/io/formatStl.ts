import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { digitsOf } from "./lines.js";
import { rowsOf } from "./meshRows.js";
import type { FormatMeshOptions } from "./options.js";

/** How STL files are written. */
export interface FormatStlOptions extends FormatMeshOptions {
  /** "text" where left out. Binary files hold float32 numbers alone. */
  readonly format?: "text" | "binary";
  /** Whether a binary file may hold positions that are rounded to float32; they are refused where left out. */
  readonly round?: boolean;
}

/**
 * Writes a mesh as an STL file, with the normals of its faces. Numbers read back to the same bits.
 * @throws MeshError where a number is not finite, or no float32 in a binary file, or the mesh has attributes.
 */
export function formatStl(mesh: Mesh, options: FormatStlOptions = {}): Uint8Array {
  const { positions, faces } = rowsOf(mesh, options, () => false);
  const corner = (f: number, k: number): readonly [number, number, number] =>
    positions.subarray(3 * faces[3 * f + k]!, 3 * faces[3 * f + k]! + 3) as unknown as [number, number, number];
  const facet = (f: number) => [corner(f, 0), corner(f, 1), corner(f, 2)] as const;
  const count = faces.length / 3;
  if (options.format !== "binary") {
    const lines = ["solid mesh"];
    for (let f = 0; f < count; f++) {
      const corners = facet(f);
      lines.push(`facet normal ${normalOf(...corners).join(" ")}`, "outer loop");
      for (const point of corners) lines.push(`vertex ${Array.from(point, digitsOf).join(" ")}`);
      lines.push("endloop", "endfacet");
    }
    lines.push("endsolid mesh", "");
    return new TextEncoder().encode(lines.join("\n"));
  }
  expectFloat32(positions, options.round === true);
  const bytes = new Uint8Array(84 + 50 * count);
  const view = new DataView(bytes.buffer);
  view.setUint32(80, count, true);
  for (let f = 0; f < count; f++) {
    const corners = facet(f);
    [normalOf(...corners), ...corners].forEach((row, k) => {
      for (const axis of [0, 1, 2]) view.setFloat32(84 + 50 * f + 12 * k + 4 * axis, row[axis] as number, true);
    });
  }
  return bytes;
}

function expectFloat32(positions: Float64Array, rounds: boolean): void {
  const isBad = (x: number): boolean => (rounds ? !Number.isFinite(Math.fround(x)) : Math.fround(x) !== x);
  const bad = positions.findIndex(isBad);
  if (bad === -1) return;
  throw new MeshError(
    {
      what: "binary STL has no place for the coordinate: it is no float32.",
      got: String(positions[bad]),
      fix: "write with `round: true` where that may be rounded, or as text, or as PLY.",
    },
    { element: { kind: "vertex", index: Math.floor(bad / 3) } },
  );
}

type Vector = readonly [number, number, number];

/** Unit normal, or zeros for a face without area. */
function normalOf([ax, ay, az]: Vector, [bx, by, bz]: Vector, [cx, cy, cz]: Vector): Vector {
  const [x, y, z] = [bx - ax, by - ay, bz - az];
  const [p, q, r] = [cx - ax, cy - ay, cz - az];
  const normal = [y * r - z * q, z * p - x * r, x * q - y * p] as const;
  const length = Math.sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]);
  if (!(length > 0 && length < Infinity)) return [0, 0, 0];
  return [normal[0] / length, normal[1] / length, normal[2] / length];
}
