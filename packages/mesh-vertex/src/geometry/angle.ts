import { np, type Tensor, type TensorLike } from "@simgrad/core";
import { triangleAreaFromSides } from "./triangle.js";
import {
  asPoints,
  crossPlane,
  crossProduct,
  dotProduct,
  expectDimension,
  guardedQuotient,
  spannedArea,
} from "./vectors.js";

/** Angles between vectors, [..., dimension] each, to [...]: 0 to pi. */
export function unsignedAngle(u: TensorLike, v: TensorLike): Tensor {
  const [from, to] = [asPoints(u), asPoints(v)];
  // The arctangent is accurate near 0 and pi, where the arccosine of the inner product loses half the digits.
  return np.arctan2(spannedArea(from, to).abs(), dotProduct(from, to));
}

/** Angles from u to v in the plane, [..., 2] each, to [...]: -pi to pi, positive counterclockwise. */
export function signedAngle(u: TensorLike, v: TensorLike): Tensor {
  const [from, to] = [asPoints(u), asPoints(v)];
  expectDimension("signedAngle", from, 2);
  return np.arctan2(crossPlane(from, to), dotProduct(from, to));
}

/**
 * Angles from u to v about an axis that is perpendicular to both, [..., 3] each, to [...]: -pi to pi, positive by the
 * right-hand rule. The axis is a unit vector.
 */
export function signedAngleAbout(axis: TensorLike, u: TensorLike, v: TensorLike): Tensor {
  const [from, to] = [asPoints(u), asPoints(v)];
  expectDimension("signedAngleAbout", from, 3);
  return np.arctan2(dotProduct(crossProduct(from, to), asPoints(axis)), dotProduct(from, to));
}

/**
 * Cotangents of the angles from u to v, [..., dimension] each, to [...]; 0 where the vectors are parallel. In the
 * plane a clockwise angle is negative.
 */
export function cotangent(u: TensorLike, v: TensorLike): Tensor {
  const [from, to] = [asPoints(u), asPoints(v)];
  return guardedQuotient(dotProduct(from, to), spannedArea(from, to));
}

/** Angles of triangles with sides of lengths a, b, c, [...] each, to [..., 3]: each angle is opposite to its side. */
export function anglesFromSides(a: TensorLike, b: TensorLike, c: TensorLike): Tensor {
  const { products, area } = fromSides(a, b, c);
  return np.arctan2(np.broadcastTo(area, products.shape), products);
}

/**
 * Cotangents of the angles of triangles with sides of lengths a, b, c, [...] each, to [..., 3]; 0 where there is no
 * area.
 */
export function cotangentsFromSides(a: TensorLike, b: TensorLike, c: TensorLike): Tensor {
  const { products, area } = fromSides(a, b, c);
  return guardedQuotient(products, np.broadcastTo(area, products.shape));
}

/**
 * Twice the inner products of the sides at each corner, by the law of cosines, and four times the area: [..., 3] and
 * [..., 1].
 */
function fromSides(a: TensorLike, b: TensorLike, c: TensorLike): { readonly products: Tensor; readonly area: Tensor } {
  const [aa, bb, cc] = [asPoints(a).square(), asPoints(b).square(), asPoints(c).square()];
  return {
    products: np.stack([bb.add(cc).sub(aa), cc.add(aa).sub(bb), aa.add(bb).sub(cc)], -1),
    area: triangleAreaFromSides(a, b, c).mul(4).expandDims(-1),
  };
}
