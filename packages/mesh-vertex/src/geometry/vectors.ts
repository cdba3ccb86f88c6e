import { np, ShapeError, type Tensor, type TensorLike } from "@simgrad/core";

/** Component k of vectors along the last axis: [..., dimension] to [...]. */
export function component(vectors: Tensor, k: number): Tensor {
  return vectors.slice(...Array.from({ length: vectors.ndim - 1 }, () => null), k);
}

/** Inner product along the last axis: [..., dimension] twice, to [...]. */
export function dotProduct(u: Tensor, v: Tensor): Tensor {
  return u.mul(v).sum({ axis: -1 });
}

/** Square root that is 0, with derivative 0, where x is not positive. */
export function guardedRoot(x: Tensor): Tensor {
  const positive = np.greater(x, 0);
  // The inner `where` keeps the infinite derivative of the root at 0 out of the product with the outer one's 0.
  return np.where(positive, np.sqrt(np.where(positive, x, 1)), 0);
}

/** Quotient that is 0, with derivative 0, where the denominator is 0. */
export function guardedQuotient(numerator: Tensor, denominator: Tensor): Tensor {
  const zero = np.equal(denominator, 0);
  return np.where(zero, 0, numerator.div(np.where(zero, 1, denominator)));
}

/** Euclidean length along the last axis: [..., dimension] to [...]; its derivative at the zero vector is 0, not NaN. */
export function vectorLength(vectors: Tensor): Tensor {
  return guardedRoot(vectors.square().sum({ axis: -1 }));
}

/** Vectors divided by their lengths; the zero vector stays what it is. */
export function normalize(vectors: Tensor): Tensor {
  return guardedQuotient(vectors, vectorLength(vectors).expandDims(-1));
}

/** Cross product of vectors in the plane, [..., 2] twice, to [...]: positive where v is counterclockwise from u. */
export function crossPlane(u: Tensor, v: Tensor): Tensor {
  return component(u, 0)
    .mul(component(v, 1))
    .sub(component(u, 1).mul(component(v, 0)));
}

/** Cross product of vectors in space: [..., 3] twice, to [..., 3]. */
export function crossProduct(u: Tensor, v: Tensor): Tensor {
  const [ux, uy, uz] = [component(u, 0), component(u, 1), component(u, 2)];
  const [vx, vy, vz] = [component(v, 0), component(v, 1), component(v, 2)];
  return np.stack([uy.mul(vz).sub(uz.mul(vy)), uz.mul(vx).sub(ux.mul(vz)), ux.mul(vy).sub(uy.mul(vx))], -1);
}

/**
 * Area of the parallelogram of two vectors, [..., dimension] twice, to [...]. In the plane it has a sign, positive
 * where v is counterclockwise from u; in space it has none.
 */
export function spannedArea(u: Tensor, v: Tensor): Tensor {
  return dimensionOf("vectors", u) === 2 ? crossPlane(u, v) : vectorLength(crossProduct(u, v));
}

/** Length of the last axis. @throws ShapeError unless it is 2 or 3. */
export function dimensionOf(name: string, points: Tensor): 2 | 3 {
  const dimension = points.shape.at(-1);
  if (dimension === 2 || dimension === 3) return dimension;
  throw new ShapeError({
    what: `The ${name} lie neither in the plane nor in space.`,
    got: `[${points.shape.join(", ")}]`,
    expected: "a last axis of 2 or 3",
  });
}

/** Demands a dimension. @throws ShapeError that names the function. */
export function expectDimension(of: string, points: Tensor, dimension: 2 | 3): void {
  if (points.shape.at(-1) === dimension) return;
  throw new ShapeError({
    what: `${of} is defined for points ${dimension === 2 ? "of the plane" : "in space"} only.`,
    got: `[${points.shape.join(", ")}]`,
    expected: `[..., ${dimension}]`,
    fix: dimension === 3 ? "give the points a third coordinate of 0." : "drop a coordinate.",
  });
}

/** Floats of what may be numbers. */
export function asPoints(value: TensorLike): Tensor {
  const tensor = np.asarray(value);
  return tensor.dtype === "float32" ? tensor : tensor.astype("float64");
}
