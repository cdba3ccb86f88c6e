import { ArgumentError } from "../util/errors.js";
import { expectSameStructure, flatten, leafPaths, structureOf, unflatten } from "../util/tree.js";
import type { AnyTransformation } from "./chain.js";
import type { GradientTransformation } from "./gradientTransformation.js";

/** True or false for each leaf: a tree of them built as the parameters are, or a rule by the leaf's path, such as ".speed". */
export type MaskTree = ((path: string) => boolean) | { readonly [key: string]: unknown } | readonly unknown[] | boolean;

/**
 * Applies a transformation to some leaves alone; the gradients of the others go on as they are. To hold parameters fixed, mask
 * `scale(0)` to them.
 *
 * @throws TreeError, when used, if the mask is not built as the parameters are; ArgumentError if it holds anything but booleans.
 * @example
 * ```ts
 * chain(adam({ learningRate: 1e-2 }), mask(scale(0), { speed: false, source: true })); // the source stays
 * ```
 */
export function mask(transformation: AnyTransformation, which: MaskTree): GradientTransformation<unknown> {
  const inner = transformation as unknown as GradientTransformation<unknown>;
  return Object.freeze({
    name: `mask(${inner.name})`,
    init: (params: unknown) => inner.init(chosen(params, choices(which, params))),
    update<Gradients>(gradients: Gradients, state: unknown, params?: Gradients) {
      const taken = choices(which, gradients);
      const parts = params === undefined ? undefined : chosen(params, taken);
      const [updates, next] = inner.update(chosen(gradients, taken), state, parts);
      return [replaced(gradients, taken, updates), next] as const;
    },
  });
}

/** The chosen leaves, as a list. */
function chosen(tree: unknown, taken: readonly boolean[]): readonly unknown[] {
  return flatten(tree).leaves.filter((_, i) => taken[i]);
}

function replaced<Tree>(tree: Tree, taken: readonly boolean[], updates: readonly unknown[]): Tree {
  const { leaves, structure } = flatten(tree);
  let next = 0;
  return unflatten(
    structure,
    leaves.map((leaf, i) => (taken[i] ? updates[next++] : leaf)),
  ) as Tree;
}

function choices(which: MaskTree, tree: unknown): readonly boolean[] {
  const structure = structureOf(tree);
  if (typeof which === "function") return leafPaths(structure).map((path) => checkChoice(which(path), path));
  const given = flatten(which);
  expectSameStructure(
    "mask: the mask is not built as the parameters are.",
    { name: "parameters", structure },
    { name: "mask", structure: given.structure },
  );
  const paths = leafPaths(structure);
  return given.leaves.map((choice, i) => checkChoice(choice, paths[i] ?? ""));
}

function checkChoice(choice: unknown, path: string): boolean {
  if (typeof choice === "boolean") return choice;
  throw new ArgumentError({
    what: "mask: a mask holds booleans.",
    got: `${String(choice)} for params${path}`,
    expected: "true where the transformation works, false where it does not",
  });
}
