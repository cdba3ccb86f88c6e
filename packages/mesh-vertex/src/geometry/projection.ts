import { np, type Tensor, type TensorLike } from "@simgrad/core";
import { asPoints, dotProduct, guardedQuotient, normalize } from "./vectors.js";

/** Parts of vectors along directions, [..., dimension] each; directions need no unit length. */
export function projectOn(vectors: TensorLike, direction: TensorLike): Tensor {
  const [own, along] = [asPoints(vectors), asPoints(direction)];
  const share = guardedQuotient(dotProduct(own, along), dotProduct(along, along));
  return along.mul(share.expandDims(-1));
}

/** Parts of vectors perpendicular to directions, [..., dimension] each; directions need no unit length. */
export function projectOut(vectors: TensorLike, direction: TensorLike): Tensor {
  return asPoints(vectors).sub(projectOn(vectors, direction));
}

/**
 * Matrices that project on the planes perpendicular to normals, I - n n^T: [..., dimension] to [..., dimension,
 * dimension].
 */
export function projector(normal: TensorLike): Tensor {
  const unit = normalize(asPoints(normal));
  const size = unit.shape.at(-1) as number;
  return np.eye(size, size, unit.dtype).sub(unit.expandDims(-1).mul(unit.expandDims(-2)));
}
