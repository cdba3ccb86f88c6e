import { isFloat } from "../util/dtype.js";
import { expectSameStructure, flatten, unflatten } from "../util/tree.js";
import { np } from "../trace/np.js";
import type { Tensor, TensorLike } from "../trace/tensor.js";

/**
 * Applies a function to the corresponding floating leaves of trees; other leaves become `otherwise` of the first one's.
 *
 * @throws TreeError if the trees are not built alike.
 */
export function mapFloats<T>(
  what: string,
  trees: readonly [T, ...unknown[]],
  transform: (...leaves: Tensor[]) => Tensor,
  otherwise: (leaf: Tensor) => Tensor = np.zerosLike,
): T {
  const [first, ...rest] = trees.map((tree) => flatten(tree));
  if (first === undefined) return trees[0];
  for (const other of rest) {
    expectSameStructure(
      `${what}: trees that belong together are not built alike.`,
      { name: "the first", structure: first.structure },
      { name: "the other", structure: other.structure },
    );
  }
  const leaves = first.leaves.map((leaf, i) => {
    const tensors = [leaf, ...rest.map((other) => other.leaves[i])].map((value) => np.asarray(value as TensorLike));
    const head = tensors[0] as Tensor;
    return isFloat(head.dtype) ? transform(...tensors) : otherwise(head);
  });
  return unflatten(first.structure, leaves) as T;
}
