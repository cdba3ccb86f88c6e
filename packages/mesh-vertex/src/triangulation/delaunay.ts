import { np, ShapeError, type TensorLike } from "@simgrad/core";
import Delaunator from "delaunator";
import { GeometricMesh } from "../mesh/geometricMesh.js";
import { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";

/**
 * Triangulates points of the plane such that no point lies inside of a triangle's circumcircle (up to rounding, where
 * four lie on one): the triangles, counterclockwise, fill the convex hull.
 *
 * @param points [points, 2]
 * @throws MeshError where points are not finite, coincide, or lie all on a line.
 */
export function delaunay(points: TensorLike): Mesh {
  const positions = np.asarray(points, "float64");
  const flat = planarPoints("delaunay", positions.shape, positions.data);
  const triangles = delaunayTriangles(flat);
  expectAllUsed(flat, triangles);
  return {
    topology: HalfEdgeMesh.fromFaces(flat.length / 2, triangles),
    geometry: new GeometricMesh({ positions }),
  };
}

/** Vertices of the triangles, counterclockwise, three a face. */
export function delaunayTriangles(flat: Float64Array): Int32Array {
  const triangles = Int32Array.from(new Delaunator(flat).triangles);
  // The library's are counterclockwise where y points down.
  for (let corner = 0; corner < triangles.length; corner += 3) {
    const second = triangles[corner + 1] as number;
    triangles[corner + 1] = triangles[corner + 2] as number;
    triangles[corner + 2] = second;
  }
  return triangles;
}

/** Coordinates as x0, y0, x1, y1, ..., at least three points, all finite. */
export function planarPoints(of: string, shape: readonly number[], data: ArrayLike<number>): Float64Array {
  if (shape.length !== 2 || shape[1] !== 2) {
    throw new ShapeError({
      what: `${of} takes points of the plane.`,
      got: `an array of shape [${shape.join(", ")}]`,
      expected: "[points, 2]",
    });
  }
  if ((shape[0] as number) < 3) {
    throw new MeshError({ what: `${of} needs three points at least.`, got: String(shape[0]) });
  }
  const flat = Float64Array.from(data);
  const bad = flat.findIndex((x) => !Number.isFinite(x));
  if (bad !== -1) {
    const index = Math.floor(bad / 2);
    throw new MeshError(
      { what: "a coordinate is not finite.", got: String(flat[bad]) },
      { element: { kind: "vertex", index } },
    );
  }
  return flat;
}

/** The library leaves out points that coincide with others, and all of them where they lie on a line. */
function expectAllUsed(flat: Float64Array, triangles: Int32Array): void {
  if (triangles.length === 0) {
    throw new MeshError({
      what: "the points have no triangulation: they lie on one line, or in one place.",
      fix: "give points that span an area.",
    });
  }
  const isUsed = new Uint8Array(flat.length / 2);
  for (const vertex of triangles) isUsed[vertex] = 1;
  const index = isUsed.indexOf(0);
  if (index === -1) return;
  throw new MeshError(
    { what: "the point coincides with another one, or nearly so.", fix: "leave out points that are there twice." },
    { element: { kind: "vertex", index } },
  );
}
