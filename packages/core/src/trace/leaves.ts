import { TreeError, UnsupportedError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import { flatten, leafPaths, type TreeStructure } from "../util/tree.js";
import type { ArrayType } from "../ir/types.js";
import { typeOf } from "./frame.js";
import { describeHost, hostNumber, readHost } from "./host.js";
import { concrete, isTensor, type Tensor, type WeakOrigin } from "./tensor.js";
import { literal, weakOf } from "./operands.js";

/** What tracing has to know of a leaf of an argument. */
export interface LeafSpec {
  /** The number, where the leaf is one of JavaScript: its dtype may follow what it meets. */
  readonly number: number | null;
  /** Its type; a number is float64 unless it becomes something else, a boolean bool. */
  readonly type: ArrayType;
  /** The outer trace's number that this leaf is, if it is one. */
  readonly weak: WeakOrigin | null;
}

/** A leaf of an argument with its value. */
export interface ArgumentLeaf extends LeafSpec {
  readonly tensor: Tensor;
}

/** A tree of leaves taken apart. */
export interface LeafTree<L extends LeafSpec = LeafSpec> {
  readonly leaves: readonly L[];
  readonly structure: TreeStructure;
}

/** A tree of arguments taken apart. */
export type ArgumentTree = LeafTree<ArgumentLeaf>;

/**
 * Takes a tree of tensors, numbers and typed arrays apart.
 * @throws TreeError where a leaf is nothing of the kind; `name` is what the message calls the tree.
 */
export function readArguments(tree: unknown, name: string): ArgumentTree {
  const { leaves, structure } = flatten(tree);
  return {
    structure,
    leaves: leaves.map((leaf, i) => readLeaf(leaf, () => name + present(leafPaths(structure)[i], "path"))),
  };
}

/** Arguments as tensors of the types that they were traced with; numbers of JavaScript are literals of the program. */
export function argumentTensors(args: ArgumentTree, types: readonly ArrayType[]): readonly Tensor[] {
  return args.leaves.map((leaf, i) => {
    if (leaf.number === null) return leaf.tensor;
    const { dtype } = present(types[i], "type of an argument");
    return literal(dtype, [], hostNumber(leaf.number, dtype, "an argument"));
  });
}

/** A tree as the list of arguments of a function of one parameter. */
export function listOfOne(tree: LeafTree): LeafTree {
  const { structure } = tree;
  return {
    leaves: tree.leaves,
    structure: {
      kind: "array",
      names: ["0"],
      children: [structure],
      type: null,
      size: structure.size,
      key: `[${structure.key}]`,
    },
  };
}

/** Part of a cache key: what tracing depends on. An integer number is told from another, since it may become an integer tensor. */
export function leafKey(leaf: LeafSpec): string {
  if (leaf.number !== null) return Number.isInteger(leaf.number) ? "i" : "n";
  return `${leaf.weak === null ? "" : "w"}${leaf.type.dtype}[${leaf.type.shape.join(",")}]`;
}

/** Refuses what an asynchronous function returns. */
export function refusePromise(value: unknown, label: string): void {
  if (typeof value !== "object" || value === null || typeof (value as { then?: unknown }).then !== "function") return;
  throw new UnsupportedError({
    what: `A function that is traced (${label}) returned a Promise: tracing runs it once, synchronously.`,
    got: "a Promise",
    expected: "tensors",
    fix: "remove `async`; await what it needs before, and give it to the function as an argument.",
  });
}

function readLeaf(value: unknown, path: () => string): ArgumentLeaf {
  if (typeof value === "number") return leafOf(concrete("float64", [], Float64Array.of(value)), value);
  if (typeof value === "boolean") return leafOf(concrete("bool", [], Uint8Array.of(value ? 1 : 0)), null);
  if (typeof value !== "object") throw badLeaf(value, path());
  refusePromise(value, path());
  const host = isTensor(value) || ArrayBuffer.isView(value) ? readHost(value, path()) : null;
  if (host === null || host.kind !== "tensor") throw badLeaf(value, path());
  return leafOf(host.tensor, null);
}

function leafOf(tensor: Tensor, number: number | null): ArgumentLeaf {
  return { number, tensor, type: typeOf(tensor), weak: weakOf(tensor) };
}

function badLeaf(value: unknown, path: string): TreeError {
  return new TreeError({
    what: `${path} can be no leaf of a tree.`,
    got: describeHost(value),
    expected: "a tensor, a number, a typed array, or plain objects and arrays of these",
    fix:
      typeof value === "object"
        ? "register its class with `registerTree`, or use a plain object."
        : "what is no number belongs into the closure of the function, not into its arguments.",
    data: { path },
  });
}
