import { np, type Tensor, type TensorLike } from "@simgrad/core";
import { asPoints, component, crossProduct, dotProduct, expectDimension, normalize } from "./vectors.js";

/** Vectors of the plane, [..., 2], turned counterclockwise by a right angle. */
export function perpendicular(vectors: TensorLike): Tensor {
  const all = asPoints(vectors);
  expectDimension("perpendicular", all, 2);
  return np.stack([component(all, 1).neg(), component(all, 0)], -1);
}

/** Matrices that turn the plane counterclockwise by angles in radians: [...] to [..., 2, 2]. */
export function rotationMatrix(angle: TensorLike): Tensor {
  const [cosine, sine] = [np.cos(asPoints(angle)), np.sin(asPoints(angle))];
  return np.stack([np.stack([cosine, sine.neg()], -1), np.stack([sine, cosine], -1)], -2);
}

/**
 * Vectors turned about axes by angles in radians, by the right-hand rule: [..., 3], [..., 3], [...] to [..., 3]. Axes
 * need no unit length.
 *
 * Source: Rodrigues' rotation formula.
 */
export function rotateAboutAxis(vectors: TensorLike, axis: TensorLike, angle: TensorLike): Tensor {
  const [own, unit, by] = [asPoints(vectors), normalize(asPoints(axis)), asPoints(angle)];
  expectDimension("rotateAboutAxis", own, 3);
  const [cosine, sine] = [np.cos(by).expandDims(-1), np.sin(by).expandDims(-1)];
  const along = dotProduct(unit, own).expandDims(-1);
  return own
    .mul(cosine)
    .add(crossProduct(unit, own).mul(sine))
    .add(unit.mul(along).mul(cosine.neg().add(1)));
}

/** Rotation matrices of quaternions (w, x, y, z), which need no unit length: [..., 4] to [..., 3, 3]. */
export function rotationFromQuaternion(quaternion: TensorLike): Tensor {
  const unit = normalize(asPoints(quaternion));
  const [w, x, y, z] = [component(unit, 0), component(unit, 1), component(unit, 2), component(unit, 3)];
  const double = (a: Tensor, b: Tensor): Tensor => a.mul(b).mul(2);
  const diagonal = (a: Tensor, b: Tensor): Tensor => double(a, a).add(double(b, b)).neg().add(1);
  const rows = [
    [diagonal(y, z), double(x, y).sub(double(w, z)), double(x, z).add(double(w, y))],
    [double(x, y).add(double(w, z)), diagonal(x, z), double(y, z).sub(double(w, x))],
    [double(x, z).sub(double(w, y)), double(y, z).add(double(w, x)), diagonal(x, y)],
  ];
  return np.stack(
    rows.map((row) => np.stack(row, -1)),
    -2,
  );
}
