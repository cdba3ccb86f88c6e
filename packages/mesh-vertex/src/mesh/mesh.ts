import { np, type Tensor } from "@simgrad/core";
import { GeometricMesh } from "./geometricMesh.js";
import { HalfEdgeMesh } from "./halfEdgeMesh.js";

/** How a mesh is connected, and where its vertices are. */
export interface Mesh {
  readonly topology: HalfEdgeMesh;
  readonly geometry: GeometricMesh;
}

/** A mesh without boundary in a periodic box: the shortest way between two vertices may lead through its sides. */
export interface PeriodicMesh extends Mesh {
  /** [2]: extents of the box, which begins at the origin. */
  readonly box: Tensor;
}

/**
 * Makes a mesh of points and triangles.
 * @param positions [vertices, 2] or [vertices, 3]
 * @param faces [faces, 3], vertices by their numbers from 0, counterclockwise when seen from outside
 * @throws MeshError where the triangles are not an oriented surface.
 */
export function meshOf(positions: readonly (readonly number[])[], faces: readonly (readonly number[])[]): Mesh {
  const dimension = positions[0]?.length ?? 3;
  const flat = np.array(Float64Array.from(positions.flat()));
  return {
    topology: HalfEdgeMesh.fromFaces(positions.length, Int32Array.from(faces.flat())),
    geometry: new GeometricMesh({ positions: flat.reshape([positions.length, dimension]) }),
  };
}
