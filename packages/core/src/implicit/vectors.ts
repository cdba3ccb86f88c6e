import { DTypeError } from "../util/errors.js";
import { isFloat } from "../util/dtype.js";
import { unflatten } from "../util/tree.js";
import { readArguments } from "../trace/leaves.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";

/** A tree of floats seen as one vector. */
export interface VectorForm {
  readonly size: number;
  /** The tree of a vector `[size]`. */
  toTree(vector: Tensor): unknown;
  /** The vector of a tree of the same structure and shapes. */
  toVector(tree: unknown): Tensor;
}

/**
 * How a tree is taken apart into a vector, leaf after leaf.
 * @throws DTypeError where a leaf is no float, or the leaves differ in dtype.
 */
export function vectorForm(tree: unknown, name: string): VectorForm {
  const { leaves, structure } = readArguments(tree, name);
  const [first] = leaves;
  for (const { type } of leaves) {
    if (isFloat(type.dtype) && type.dtype === first?.type.dtype) continue;
    throw new DTypeError({
      what: `The leaves of ${name} must be floats of one dtype: they are one vector of unknowns.`,
      got: `${first?.type.dtype ?? "nothing"} and ${type.dtype}`,
      fix: "give what is no unknown among the parameters.",
    });
  }
  const sizes = leaves.map(({ tensor }) => tensor.size);
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  return {
    size: sizes.reduce((sum, size) => sum + size, 0),
    toTree: (vector) =>
      unflatten(
        structure,
        leaves.map(({ type }, i) => {
          const start = starts[i] as number;
          return np.reshape(vector.slice([start, start + (sizes[i] as number)]), type.shape);
        }),
      ),
    toVector: (other) => np.concatenate(readArguments(other, name).leaves.map(({ tensor }) => np.ravel(tensor))),
  };
}
