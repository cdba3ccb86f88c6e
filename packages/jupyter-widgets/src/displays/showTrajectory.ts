import { ShapeError } from "@simgrad/core";
import { currentHost } from "../host/current.js";
import { createModel } from "../live/model.js";
import { showModel } from "../live/session.js";
import type { MeshLayer } from "./meshLayer.js";
import { meshPlot } from "./meshPlot.js";
import { spacePositions } from "./meshView.js";
import { frameOf, type TensorLike } from "./numbers.js";
import type { ShowMeshOptions } from "./showMesh.js";

/** A mesh that moves. */
export interface Trajectory extends Omit<MeshLayer, "positions"> {
  /** [frames, vertices, 2 or 3]. */
  readonly positions: TensorLike;
}

/** What `showTrajectory` takes beside the mesh. */
export interface ShowTrajectoryOptions extends ShowMeshOptions {
  /** [frames]: time of each frame. */
  readonly times?: ArrayLike<number>;
}

/**
 * Shows a mesh that moves, with playback; the saved picture shows its first and its last frame.
 *
 * @throws ShapeError, IndexError or ArgumentError where the arrays are not a mesh that moves.
 */
export function showTrajectory(trajectory: Trajectory, options: ShowTrajectoryOptions = {}): void {
  const { host = currentHost(), times = [], ...rest } = options;
  const { shape, data } = trajectory.positions;
  const [frames = 0, vertices = 0, dimension = 0] = shape;
  if (shape.length !== 3 || frames === 0 || (times.length !== 0 && times.length !== frames)) {
    throw new ShapeError({
      what: "showTrajectory: the positions are not frames of a mesh.",
      got: `positions [${shape.join(", ")}], times [${times.length}]`,
      expected: "[frames, vertices, 2 or 3], and one time for each frame",
    });
  }
  const at = (frame: number): TensorLike => frameOf(trajectory.positions, frame);
  const last: MeshLayer = { ...trajectory, name: "last frame", positions: at(frames - 1) };
  const { faces } = trajectory;
  const picture = meshPlot({
    ...rest,
    meshes: frames === 1 ? [last] : [{ name: "first frame", positions: at(0), faces, stroke: "#b9bec6" }, last],
  });
  const { live } = meshPlot({ ...rest, alt: picture.alt, meshes: [{ ...trajectory, positions: at(0) }] });
  const moving = spacePositions({ shape: [frames * vertices, dimension], data });
  const state = { ...live?.state, frames, frames0: moving, times: Float32Array.from(times) };
  showModel(host, createModel("mesh", state), picture);
}
