import {
  expectSameStructure,
  flatten,
  showStructure,
  structureOf,
  unflatten as build,
  type TreeStructure,
} from "../util/tree.js";
import { readArguments } from "./leaves.js";
import type { Tensor } from "./tensor.js";
import type { MapTree, Tensors } from "./treeTypes.js";

export { registerTree } from "../util/tree.js";

/**
 * Applies a function to every leaf of a tree, and to the leaves at the same place of further trees, which must have the same
 * structure. Numbers and typed arrays come as tensors.
 * @throws TreeError that names the first place where the trees differ.
 */
export function map<P, R = Tensor>(
  transform: (leaf: Tensor, ...others: Tensor[]) => R,
  tree: P,
  ...rest: readonly unknown[]
): MapTree<P, R> {
  const first = readArguments(tree, "tree");
  const others = rest.map((other, i) => {
    const read = readArguments(other, `tree ${i + 2}`);
    expectSameStructure(
      "tree.map takes trees of one structure.",
      { name: "the first tree", structure: first.structure },
      { name: `tree ${i + 2}`, structure: read.structure },
    );
    return read;
  });
  const leaves = first.leaves.map((leaf, i) =>
    transform(leaf.tensor, ...others.map((other) => other.leaves[i]?.tensor as Tensor)),
  );
  return build(first.structure, leaves) as MapTree<P, R>;
}

/** All leaves of a tree as tensors, in the order of its structure: arrays by index, objects by sorted keys. */
export function leaves(tree: unknown): readonly Tensor[] {
  return readArguments(tree, "tree").leaves.map((leaf) => leaf.tensor);
}

/** Structure of a tree: what is left of it without its leaves. */
export function structure(tree: unknown): TreeStructure {
  return structureOf(tree);
}

/** A tree of the given structure with the given leaves. */
export function unflatten(shape: TreeStructure, values: readonly unknown[]): unknown {
  return build(shape, values);
}

/** The tree with all leaves as tensors. */
export function toTensors<P>(tree: P): Tensors<P> {
  return map((leaf) => leaf, tree);
}

/** A structure as text, with `*` for leaves. */
export function show(tree: unknown): string {
  return showStructure(flatten(tree).structure);
}
