import { sameShape } from "../ir/types.js";
import { DTypeError, ShapeError, TreeError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import {
  expectSameStructure,
  flatten,
  leafPaths,
  showStructure,
  structureOf,
  unflatten as build,
  type TreeStructure,
} from "../util/tree.js";
import { readArguments } from "./leaves.js";
import { stack as stackTensors } from "./np/shape.js";
import { showShape } from "./operands.js";
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

/**
 * Trees of one structure as one tree, whose leaves have a new leading axis: entry i is tree i. For `vmap`, `scan` and ensembles.
 * @param trees - at least one; leaves at the same place have one shape and dtype
 * @throws TreeError that names the first place where the trees differ, ShapeError or DTypeError where two leaves do.
 *
 * @example
 * tree.stack([{ x: 1, v: 0 }, { x: 2, v: 5 }]); // { x: [1, 2], v: [0, 5] }
 */
export function stack<P>(trees: readonly P[]): Tensors<P> {
  const read = trees.map((tree, i) => readArguments(tree, `tree ${i}`));
  const first = read[0];
  if (first === undefined) {
    throw new TreeError({
      what: "tree.stack wants at least one tree.",
      got: "none",
      fix: "a tree that stands for no trees is made by hand, with leaves of leading extent 0.",
    });
  }
  read.forEach(({ structure }, i) => {
    expectSameStructure(
      "tree.stack takes trees of one structure.",
      { name: "tree 0", structure: first.structure },
      { name: `tree ${i}`, structure },
    );
  });
  const paths = leafPaths(first.structure);
  const stacked = first.leaves.map(({ tensor: { dtype, shape } }, k) => {
    const leaves = read.map((tree) => present(tree.leaves[k], "leaf").tensor);
    leaves.forEach((leaf, i) => {
      const parts = {
        what: `tree.stack: the leaves${paths[k] ?? ""} of the trees differ.`,
        got: `tree ${i}${paths[k] ?? ""}: ${leaf.dtype}${showShape(leaf.shape)}`,
        expected: `${dtype}${showShape(shape)}, as in tree 0`,
      };
      if (!sameShape(leaf.shape, shape)) throw new ShapeError(parts);
      if (leaf.dtype !== dtype) throw new DTypeError({ ...parts, fix: `convert it, as in \`x.astype("${dtype}")\`.` });
    });
    return stackTensors(leaves);
  });
  return build(first.structure, stacked) as Tensors<P>;
}

/**
 * The trees that `stack` joined: one for each entry of the leaves' leading axis.
 * @throws ShapeError where leaves have no axis, or leading axes of different extents.
 *
 * @example
 * tree.unstack({ x: np.array([1, 2]) }); // [{ x: 1 }, { x: 2 }], with tensors
 */
export function unstack<P>(tree: P): readonly Tensors<P>[] {
  const { leaves, structure } = readArguments(tree, "tree");
  const paths = leafPaths(structure);
  const count = leaves[0]?.tensor.shape[0];
  leaves.forEach(({ tensor: { shape } }, k) => {
    if (shape.length > 0 && shape[0] === count) return;
    throw new ShapeError({
      what: "tree.unstack wants leaves with one leading axis for all.",
      got: `tree${paths[k] ?? ""}: ${showShape(shape)}${k === 0 ? "" : `, tree${paths[0] ?? ""}: ${showShape(leaves[0]?.tensor.shape ?? [])}`}`,
      expected: "leaves of shape [n, ...] with the same n",
    });
  });
  if (count === undefined) {
    throw new TreeError({ what: "tree.unstack wants a tree with leaves.", got: showStructure(structure) });
  }
  return Array.from({ length: count }, (_, i) =>
    build(
      structure,
      leaves.map(({ tensor }) => tensor.slice(i)),
    ),
  ) as readonly Tensors<P>[];
}

/** A structure as text, with `*` for leaves. */
export function show(tree: unknown): string {
  return showStructure(flatten(tree).structure);
}
