import type { TypedArray } from "../util/dtype.js";
import type { Tensor } from "./tensor.js";

/** What a leaf of a tree is. */
export type Leaf = Tensor | number | boolean | TypedArray;

/** What says that a registered class keeps its type where its instances are trees: `readonly isTree = true`. */
export interface TreeInstance {
  readonly isTree: true;
}

/** What stands in a tree and is no leaf. */
export type Untouched = string | bigint | symbol | null | undefined | ((...args: never[]) => unknown);

/** The tree `P` with every leaf replaced by `R`, but for `TreeInstance`s, whose leaves are tensors. `P` need not have an index signature: an `interface` will do. */
export type MapTree<P, R> = unknown extends P
  ? P
  : P extends Leaf
    ? R
    : P extends Untouched | TreeInstance
      ? P
      : { [K in keyof P]: MapTree<P[K], R> };

/** The tree `P` as the functions of simgrad return it: every leaf is a tensor. */
export type Tensors<P> = MapTree<P, Tensor>;

/** What may be given where a function takes the tree `P`: numbers and typed arrays may stand for tensors. */
export type Liftable<P> = MapTree<P, Leaf>;

/** Arguments of a function, each of them liftable. */
export type LiftableArguments<A extends readonly unknown[]> = { [K in keyof A]: Liftable<A[K]> };

/** Derivative of a tree `R` with respect to a tree `P`: in the place of each leaf of R a tree like P. */
export type JacobianTree<R, P> = MapTree<R, Tensors<P>>;
