/**
 * Units of the leaves of a tree: a name such as "m/s" for a leaf, "1" for a pure number, nested as the tree is. One in the place of a part of the
 * tree is that of all its leaves.
 */
export type UnitTree = string | readonly UnitTree[] | { readonly [name: string]: UnitTree };

/** What the numbers of a simulator measure. */
export interface Units {
  readonly time: string;
  readonly params: UnitTree;
  readonly state: UnitTree;
  readonly output: UnitTree;
  /** Units of what `record` gives, where there is one. */
  readonly records?: UnitTree;
}
