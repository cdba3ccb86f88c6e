import { ArgumentError, isTraced, np, ShapeError, type Tensor, type TensorLike } from "@simgrad/core";
import type { Displacement } from "../geometry/displacement.js";
import { asPoints, component } from "../geometry/vectors.js";

/** A box that repeats in each direction, and how its rows are shifted. */
export interface PeriodicBox {
  /** [dimension]: extents of the box, which begins at the origin. */
  readonly box: TensorLike;
  /**
   * Shear strain, 0 where left out: the images above the box (along y) are displaced by `shear` times its height
   * along x.
   */
  readonly shear?: TensorLike;
}

/**
 * The displacement in a periodic box: from a point to the nearest image of another. Differentiable in the points and
 * in the box; points may lie outside of the box.
 *
 * Functions of meshes take it as their last argument. Their faces must be smaller than half the box.
 * @param box [dimension], positive.
 * @throws ArgumentError, ShapeError for another box.
 * @example
 * edgeLengths(positions, topology, periodicDisplacement([1, 1]));
 */
export function periodicDisplacement(box: TensorLike): Displacement {
  const extents = checkBox("periodicDisplacement", box);
  return (from, to) => {
    const straight = to.sub(from);
    const own = extentsFor("periodicDisplacement", extents, straight);
    return straight.sub(np.round(straight.div(own)).mul(own));
  };
}

/**
 * The displacement in a periodic box that is sheared (Lees-Edwards): from a point to an image of another, the nearest
 * one in y, then in x. Differentiable in the points, the box and the shear.
 *
 * Source: Lees and Edwards 1972, "The computer study of transport processes under extreme conditions".
 * @throws ArgumentError, ShapeError for another box.
 */
export function shearedDisplacement({ box, shear = 0 }: PeriodicBox): Displacement {
  const extents = checkBox("shearedDisplacement", box);
  const strain = asPoints(shear);
  return (from, to) => {
    const straight = to.sub(from);
    const own = extentsFor("shearedDisplacement", extents, straight);
    return sheared(straight, own, strain, np.round);
  };
}

/**
 * Positions brought into the box: [points, dimension], each by whole periods. Displacements between points do not
 * change.
 */
export function wrapPositions(positions: Tensor, { box, shear = 0 }: PeriodicBox): Tensor {
  const extents = extentsFor("wrapPositions", checkBox("wrapPositions", box), positions);
  return sheared(positions, extents, asPoints(shear), np.floor);
}

/** Takes whole periods off: first rows, with their shift along x, then the rest. */
function sheared(vectors: Tensor, box: Tensor, shear: Tensor, whole: (x: Tensor) => Tensor): Tensor {
  const height = component(box, 1);
  const rows = whole(component(vectors, 1).div(height));
  const shift = rows.mul(height).mul(shear.astype(vectors.dtype));
  const first = component(vectors, 0).sub(shift);
  const rest = Array.from({ length: (box.shape[0] as number) - 1 }, (_, k) => component(vectors, k + 1));
  const unshifted = np.stack([first, ...rest], -1);
  return unshifted.sub(whole(unshifted.div(box)).mul(box));
}

function checkBox(of: string, box: TensorLike): Tensor {
  const extents = asPoints(box);
  if (extents.ndim !== 1 || (extents.shape[0] !== 2 && extents.shape[0] !== 3)) {
    throw new ShapeError({
      what: `${of}: a box has an extent for each dimension.`,
      got: `[${extents.shape.join(", ")}]`,
      expected: "[2] or [3]",
    });
  }
  if (!isTraced(extents) && !extents.data.every((extent) => extent > 0 && Number.isFinite(extent))) {
    throw new ArgumentError({
      what: `${of}: the extents of a box are positive.`,
      got: Array.from(extents.data).join(", "),
      expected: "positive finite numbers",
    });
  }
  return extents;
}

function extentsFor(of: string, extents: Tensor, vectors: Tensor): Tensor {
  if (vectors.shape.at(-1) === extents.shape[0]) return extents.astype(vectors.dtype);
  throw new ShapeError({
    what: `${of}: the box and the points differ in dimension.`,
    got: `box [${extents.shape.join(", ")}], points [${vectors.shape.join(", ")}]`,
  });
}
