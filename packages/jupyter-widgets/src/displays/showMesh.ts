import { show, type ShowOptions } from "../show.js";
import { meshPlot, type MeshLayer, type MeshPlotOptions } from "./meshPlot.js";

/** What `showMesh` shows, and how. */
export type ShowMeshOptions = Omit<MeshPlotOptions, "meshes"> & Pick<ShowOptions, "host">;

/**
 * Shows a mesh, or several drawn over each other, in the notebook.
 *
 * @example
 * ```ts
 * showMesh([
 *   { name: "before", positions: start.positions, faces: topology.faces },
 *   { name: "after", positions: end.positions, faces: topology.faces },
 * ]);
 * ```
 * @throws ShapeError, IndexError or ArgumentError where the arrays are not a mesh.
 */
export function showMesh(mesh: MeshLayer | readonly MeshLayer[], options: ShowMeshOptions = {}): void {
  const { host, ...rest } = options;
  const meshes = Array.isArray(mesh) ? (mesh as readonly MeshLayer[]) : [mesh as MeshLayer];
  show(meshPlot({ ...rest, meshes }), host === undefined ? {} : { host });
}
