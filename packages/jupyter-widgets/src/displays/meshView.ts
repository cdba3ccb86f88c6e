import type { PictureView } from "../picture/picture.js";
import type { ViewValue } from "../live/wire.js";
import { colorMap } from "./colorMap.js";
import { colorScale } from "./colors.js";
import { edgesOf } from "./edges.js";
import type { MeshLayer, MeshValues } from "./meshLayer.js";
import { toMatrix, toVector, type Matrix } from "./numbers.js";
import { strokes } from "./strokes.js";

/** The live view of meshes that `meshPlot` has accepted. */
export function meshView(
  meshes: readonly MeshLayer[],
  {
    title = "",
    alt,
    width = 480,
  }: { readonly title?: string | undefined; readonly alt: string; readonly width?: number },
): PictureView {
  const state: Record<string, ViewValue> = { title, alt, width, height: Math.round(width * 0.8), frames: 1 };
  state["layers"] = meshes.map((mesh, i) => {
    const faces = Uint32Array.from(toMatrix(mesh.faces, "faces").data);
    const given = valuesOf(mesh);
    state[`positions${i}`] = spacePositions(mesh.positions);
    state[`faces${i}`] = faces;
    state[`edges${i}`] =
      mesh.edges === undefined ? edgesOf(faces) : Uint32Array.from(toMatrix(mesh.edges, "edges").data);
    const style = { name: mesh.name ?? "", stroke: mesh.stroke ?? (strokes[i % strokes.length] as string) };
    if (given === null) return style;
    const values = toVector(given.values.values, "values");
    state[`values${i}`] = Float32Array.from(values);
    const scale = colorScale("meshPlot", values, given.values);
    return { ...style, colors: { ...colorMap(scale, given.values.axis), at: given.at } };
  });
  return { view: "mesh", state };
}

/** Positions as views take them: [vertices, 3], float32; a planar mesh lies at z = 0. */
export function spacePositions(positions: Matrix): Float32Array {
  const { rows, columns, data } = toMatrix(positions, "positions");
  const result = new Float32Array(3 * rows);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < Math.min(3, columns); k++) result[3 * row + k] = data[row * columns + k] as number;
  }
  return result;
}

function valuesOf(mesh: MeshLayer): { readonly at: "vertex" | "edge" | "face"; readonly values: MeshValues } | null {
  if (mesh.faceValues !== undefined) return { at: "face", values: mesh.faceValues };
  if (mesh.vertexValues !== undefined) return { at: "vertex", values: mesh.vertexValues };
  return mesh.edgeValues === undefined ? null : { at: "edge", values: mesh.edgeValues };
}
