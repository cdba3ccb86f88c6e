import { np, ShapeError, type Tensor, type TensorLike } from "@simgrad/core";
import { asPoints, crossPlane, expectDimension, vectorLength } from "./vectors.js";

/**
 * Areas of polygons, corners [..., n, 2] in order, to [...]: positive where they are counterclockwise.
 *
 * Sums the triangles from the first corner, so that the area of a small polygon far from the origin loses no digits.
 * @throws ShapeError for other than corners of the plane, or fewer than three.
 */
export function polygonArea(corners: TensorLike): Tensor {
  const all = asPolygon("polygonArea", corners);
  expectDimension("polygonArea", all, 2);
  const count = all.shape.at(-2) as number;
  const first = cornersOf(all, 0, 1);
  const from = cornersOf(all, 1, count - 1).sub(first);
  const to = cornersOf(all, 2, count).sub(first);
  return crossPlane(from, to).sum({ axis: -1 }).mul(0.5);
}

/** Perimeters of polygons, corners [..., n, dimension] in order, to [...]. */
export function polygonPerimeter(corners: TensorLike): Tensor {
  const all = asPolygon("polygonPerimeter", corners);
  return vectorLength(np.roll(all, -1, -2).sub(all)).sum({ axis: -1 });
}

function asPolygon(of: string, corners: TensorLike): Tensor {
  const all = asPoints(corners);
  if (all.ndim >= 2 && (all.shape.at(-2) as number) >= 3) return all;
  throw new ShapeError({
    what: `${of} wants the corners of a polygon.`,
    got: `[${all.shape.join(", ")}]`,
    expected: "[..., n, dimension], n at least 3",
  });
}

function cornersOf(all: Tensor, start: number, stop: number): Tensor {
  return all.slice(...Array.from({ length: all.ndim - 2 }, () => null), [start, stop], null);
}
