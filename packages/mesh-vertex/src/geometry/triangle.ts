import { np, type Tensor, type TensorLike } from "@simgrad/core";
import {
  asPoints,
  crossPlane,
  crossProduct,
  dimensionOf,
  dotProduct,
  expectDimension,
  guardedQuotient,
  guardedRoot,
  normalize,
  spannedArea,
} from "./vectors.js";

/** Areas of triangles in the plane, corners [..., 2] each, to [...]: positive where a, b, c are counterclockwise. */
export function orientedTriangleArea(a: TensorLike, b: TensorLike, c: TensorLike): Tensor {
  const [second, third] = spans(a, b, c);
  expectDimension("orientedTriangleArea", second, 2);
  return crossPlane(second, third).mul(0.5);
}

/**
 * Areas of triangles, corners [..., dimension] each, to [...], without sign; the derivative where there is no area is
 * 0.
 */
export function triangleArea(a: TensorLike, b: TensorLike, c: TensorLike): Tensor {
  const [second, third] = spans(a, b, c);
  return spannedArea(second, third).abs().mul(0.5);
}

/**
 * Areas of triangles with given lengths of sides, [...] each; 0 where there is no such triangle.
 *
 * Source: Kahan, "Miscalculating area and angles of a needle-like triangle": Heron's formula, accurate also for
 * needles.
 */
export function triangleAreaFromSides(a: TensorLike, b: TensorLike, c: TensorLike): Tensor {
  const [x, y, z] = [asPoints(a), asPoints(b), asPoints(c)];
  const longest = np.maximum(np.maximum(x, y), z);
  const shortest = np.minimum(np.minimum(x, y), z);
  const middle = np.maximum(np.minimum(x, y), np.minimum(np.maximum(x, y), z));
  const product = longest
    .add(middle.add(shortest))
    .mul(shortest.sub(longest.sub(middle)))
    .mul(shortest.add(longest.sub(middle)))
    .mul(longest.add(middle.sub(shortest)));
  return guardedRoot(product).mul(0.25);
}

/**
 * Unit normals of triangles in space, corners [..., 3] each, to [..., 3]: from where a, b, c are seen
 * counterclockwise. Zero where there is no area.
 */
export function triangleNormal(a: TensorLike, b: TensorLike, c: TensorLike): Tensor {
  const [second, third] = spans(a, b, c);
  expectDimension("triangleNormal", second, 3);
  return normalize(crossProduct(second, third));
}

/**
 * Centers of the circles through the corners of triangles, corners [..., dimension] each, to [..., dimension]. The
 * first corner where there is no area.
 */
export function circumcenter(a: TensorLike, b: TensorLike, c: TensorLike): Tensor {
  const [second, third] = spans(a, b, c);
  return asPoints(a).add(circumcenterOffset(second, third));
}

/** The circumcenter as seen from the first corner, for the vectors from there to the other two. */
export function circumcenterOffset(second: Tensor, third: Tensor): Tensor {
  const [bb, cc, bc] = [dotProduct(second, second), dotProduct(third, third), dotProduct(second, third)];
  // The point s b + t c whose projections on b and c are half of them: two linear equations, whose determinant is (2
  // area)^2.
  const determinant = spannedArea(second, third).square().mul(2);
  const s = guardedQuotient(cc.mul(bb.sub(bc)), determinant).expandDims(-1);
  const t = guardedQuotient(bb.mul(cc.sub(bc)), determinant).expandDims(-1);
  return second.mul(s).add(third.mul(t));
}

/**
 * Barycentric coordinates of the circumcenter, [..., 3], of triangles with sides of lengths a, b, c, [...] each; each
 * side is opposite to the corner of its coordinate.
 */
export function circumcenterFromSides(a: TensorLike, b: TensorLike, c: TensorLike): Tensor {
  const [aa, bb, cc] = [asPoints(a).square(), asPoints(b).square(), asPoints(c).square()];
  const weights = np.stack([aa.mul(bb.add(cc).sub(aa)), bb.mul(cc.add(aa).sub(bb)), cc.mul(aa.add(bb).sub(cc))], -1);
  return guardedQuotient(weights, weights.sum({ axis: -1, keepDims: true }));
}

/**
 * Barycentric coordinates of points, [..., 3], with respect to triangles, all [..., dimension]. In space they are
 * those of the point's projection on the triangle's plane. They sum to 1, except that all are 0 where there is no
 * area.
 */
export function barycentricCoordinates(point: TensorLike, a: TensorLike, b: TensorLike, c: TensorLike): Tensor {
  const [second, third] = spans(a, b, c);
  const from = asPoints(point).sub(asPoints(a));
  if (dimensionOf("corners", second) === 2) {
    const area = crossPlane(second, third);
    const v = guardedQuotient(crossPlane(from, third), area);
    const w = guardedQuotient(crossPlane(second, from), area);
    return np.stack([guardedQuotient(area, area).sub(v).sub(w), v, w], -1);
  }
  const normal = crossProduct(second, third);
  const square = dotProduct(normal, normal);
  const v = guardedQuotient(dotProduct(crossProduct(from, third), normal), square);
  const w = guardedQuotient(dotProduct(crossProduct(second, from), normal), square);
  return np.stack([guardedQuotient(square, square).sub(v).sub(w), v, w], -1);
}

/** Volumes of tetrahedra, corners [..., 3] each, to [...]: positive where a, b, c are seen clockwise from d. */
export function tetrahedronVolume(a: TensorLike, b: TensorLike, c: TensorLike, d: TensorLike): Tensor {
  const [second, third] = spans(a, b, c);
  expectDimension("tetrahedronVolume", second, 3);
  return dotProduct(crossProduct(second, third), asPoints(d).sub(asPoints(a))).div(6);
}

function spans(a: TensorLike, b: TensorLike, c: TensorLike): readonly [Tensor, Tensor] {
  const first = asPoints(a);
  return [asPoints(b).sub(first), asPoints(c).sub(first)];
}
