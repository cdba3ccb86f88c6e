import type { Layer } from "./layer.js";
import type { MeshObject } from "./object.js";

/** The meshes as a Wavefront OBJ file: `v x y z` for vertices, `f i j k` for faces, counted from 1 through all meshes. */
export function objFile(layers: readonly Layer[], objects: readonly Pick<MeshObject, "positions">[]): string {
  const lines: string[] = [];
  let before = 0;
  layers.forEach(({ name, faces }, index) => {
    const positions = objects[index]!.positions();
    lines.push(`o ${name === "" ? `mesh${index}` : name.replace(/\s+/g, "_")}`);
    for (let v = 0; v < positions.length; v += 3)
      lines.push(`v ${positions[v]} ${positions[v + 1]} ${positions[v + 2]}`);
    for (let f = 0; f < faces.length; f += 3) {
      lines.push(`f ${faces[f]! + before + 1} ${faces[f + 1]! + before + 1} ${faces[f + 2]! + before + 1}`);
    }
    before += positions.length / 3;
  });
  return `${lines.join("\n")}\n`;
}
