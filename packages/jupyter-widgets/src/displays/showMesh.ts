import { ArgumentError, ShapeError } from "@simgrad/core";
import { currentHost } from "../host/current.js";
import { handle } from "../live/handle.js";
import { createModel } from "../live/model.js";
import { showModel } from "../live/session.js";
import type { ViewValue } from "../live/wire.js";
import type { ShowOptions } from "../show.js";
import type { MeshLayer } from "./meshLayer.js";
import { meshPlot, type MeshPlotOptions } from "./meshPlot.js";
import { spacePositions } from "./meshView.js";
import { toVector, type Matrix, type Vector } from "./numbers.js";

/** What `showMesh` shows, and how. */
export type ShowMeshOptions = Omit<MeshPlotOptions, "meshes"> & Pick<ShowOptions, "host">;

/** What of a shown mesh changes. */
export interface MeshUpdate {
  /** [vertices, 2 or 3]. */
  readonly positions?: Matrix;
  /** One number for each element that has a colour, in the colours of the start. */
  readonly values?: Vector;
  /** Which of several meshes; default the first. */
  readonly mesh?: number;
}

/** A mesh that is shown. */
export interface ShownMesh {
  /**
   * Moves the vertices, or changes the values, of the live view; about 30 times a second arrive there.
   *
   * @throws ShapeError if there are not as many vertices or values as before.
   */
  update(changes: MeshUpdate): void;
  /** Writes the mesh as it is into the saved notebook. */
  end(): void;
}

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
export function showMesh(mesh: MeshLayer | readonly MeshLayer[], options: ShowMeshOptions = {}): ShownMesh {
  const { host = currentHost(), ...rest } = options;
  const meshes = [...(Array.isArray(mesh) ? (mesh as readonly MeshLayer[]) : [mesh as MeshLayer])];
  const first = meshPlot({ ...rest, meshes });
  const model = createModel("mesh", first.live?.state ?? {});
  const replace = showModel(host, model, first);
  return handle<ShownMesh>({
    update: ({ positions, values, mesh: at = 0 }) => {
      const layer = meshes[at];
      if (layer === undefined) {
        throw new ArgumentError({
          what: "showMesh: there is no such mesh.",
          got: String(at),
          expected: `0 to ${meshes.length - 1}`,
        });
      }
      const state = model.state();
      const changes: Record<string, ViewValue> = {};
      if (positions !== undefined) {
        const moved = spacePositions(positions);
        checkLength("positions", moved.length / 3, (state[`positions${at}`] as Float32Array).length / 3);
        changes[`positions${at}`] = moved;
        meshes[at] = { ...layer, positions };
      }
      if (values !== undefined) {
        const numbers = Float32Array.from(toVector(values, "values"));
        checkLength("values", numbers.length, (state[`values${at}`] as Float32Array | undefined)?.length ?? 0);
        changes[`values${at}`] = numbers;
        meshes[at] = withValues(
          meshes[at] as MeshLayer,
          values,
          (state["layers"] as { colors?: { domain: [number, number] } }[])[at]?.colors?.domain,
        );
      }
      model.set(changes);
    },
    end: () => replace(meshPlot({ ...rest, meshes })),
  });
}

function checkLength(what: string, got: number, expected: number): void {
  if (got === expected) return;
  throw new ShapeError({
    what: `showMesh: the mesh that is shown has another number of ${what}.`,
    got: String(got),
    expected: String(expected),
    fix: "show the other mesh by a showMesh of its own.",
  });
}

/** The layer with other values in the colours that it has. */
function withValues(layer: MeshLayer, values: Vector, domain: readonly [number, number] | undefined): MeshLayer {
  for (const key of ["faceValues", "vertexValues", "edgeValues"] as const) {
    const given = layer[key];
    if (given !== undefined)
      return { ...layer, [key]: { ...given, values, ...(domain === undefined ? {} : { domain }) } };
  }
  return layer;
}
