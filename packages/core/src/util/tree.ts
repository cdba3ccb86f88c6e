import { ArgumentError, TreeError } from "./errors.js";
import { present } from "./invariant.js";

/**
 * Shape of a tree without its leaves. Arrays, plain objects and registered classes are containers; `null` and `undefined`
 * are empty containers; everything else is a leaf. Keys of objects are sorted, so that their order does not matter.
 */
export type TreeStructure =
  | { readonly kind: "leaf"; readonly size: 1; readonly key: string }
  | { readonly kind: "none"; readonly value: null | undefined; readonly size: 0; readonly key: string }
  | {
      readonly kind: "array" | "object" | "registered";
      /** Names of the children: indices of an array, keys of an object. */
      readonly names: readonly string[];
      readonly children: readonly TreeStructure[];
      readonly type: RegisteredType | null;
      /** Number of leaves. */
      readonly size: number;
      /** Equal for equal structures. */
      readonly key: string;
    };

/** How the instances of a class are taken apart and made again. */
export interface TreeClass<T> {
  /** The children by name; each is a tree. */
  toTree(instance: T): Readonly<Record<string, unknown>>;
  /** An instance with the given children, which may be traced. */
  fromTree(children: Readonly<Record<string, unknown>>): T;
  /** Says that an instance is nothing but its children, so that these, written to a file, are enough to make it again by `fromTree`. */
  readonly isPlain?: true;
}

interface RegisteredType {
  readonly id: number;
  readonly name: string;
  readonly definition: TreeClass<unknown>;
}

/** The constructor of a class. */
export type Constructor<T> = abstract new (...args: never[]) => T;

const registered = new Map<unknown, RegisteredType>();

/**
 * Makes the instances of a class containers of trees. An instance has only tensors as leaves, and says so to the type system by
 * `readonly isTree = true`: then `grad` and its like return instances.
 * @throws ArgumentError where the class is registered already.
 */
export function registerTree<T>(type: Constructor<T>, definition: TreeClass<T>): void {
  if (registered.has(type)) {
    throw new ArgumentError({
      what: `The class ${type.name} is registered as a tree already.`,
      fix: "register it once.",
    });
  }
  registered.set(type, { id: registered.size, name: type.name, definition: definition as TreeClass<unknown> });
}

const leafStructure: TreeStructure = Object.freeze({ kind: "leaf", size: 1, key: "*" });
const nullStructure: TreeStructure = Object.freeze({ kind: "none", value: null, size: 0, key: "0" });
const undefinedStructure: TreeStructure = Object.freeze({ kind: "none", value: undefined, size: 0, key: "0" });

/** Takes a tree apart: its leaves in order, and its structure. */
export function flatten(tree: unknown): { readonly leaves: readonly unknown[]; readonly structure: TreeStructure } {
  const leaves: unknown[] = [];
  const structure = visit(tree, leaves);
  return { leaves, structure };
}

/** Structure of a tree. */
export function structureOf(tree: unknown): TreeStructure {
  return visit(tree, []);
}

/** Puts leaves into a structure; there must be as many as it has. */
export function unflatten(structure: TreeStructure, leaves: readonly unknown[]): unknown {
  if (leaves.length !== structure.size) {
    throw new TreeError({
      what: "A tree is made from a wrong number of leaves.",
      got: `${leaves.length} leaves`,
      expected: `${structure.size} leaves for ${showStructure(structure)}`,
    });
  }
  let next = 0;
  const build = (node: TreeStructure): unknown => {
    if (node.kind === "leaf") return leaves[next++];
    if (node.kind === "none") return node.value;
    const children = node.children.map(build);
    if (node.kind === "array") return children;
    const object: Record<string, unknown> = {};
    node.names.forEach((name, i) => {
      // defineProperty, because assigning to `__proto__` would not make a key
      Object.defineProperty(object, name, { value: children[i], enumerable: true, writable: true, configurable: true });
    });
    return node.type === null ? object : node.type.definition.fromTree(object);
  };
  return build(structure);
}

/** Path of each leaf as one would write it after the tree's name: `.speed`, `.layers[2].bias`, or nothing for a tree that is a leaf. */
export function leafPaths(structure: TreeStructure): readonly string[] {
  const paths: string[] = [];
  const walk = (node: TreeStructure, path: string): void => {
    if (node.kind === "leaf") paths.push(path);
    else if (node.kind !== "none") {
      node.names.forEach((name, i) => walk(present(node.children[i], "child"), path + step(node, name)));
    }
  };
  walk(structure, "");
  return paths;
}

/**
 * Demands that two trees have the same structure.
 * @throws TreeError that names the first place where they differ, in both trees.
 */
export function expectSameStructure(
  what: string,
  expected: { readonly name: string; readonly structure: TreeStructure },
  got: { readonly name: string; readonly structure: TreeStructure },
): void {
  if (expected.structure.key === got.structure.key) return;
  const place = firstDifference(expected.structure, got.structure, "");
  throw new TreeError({
    what,
    got: `${got.name}${place.path} is ${place.got}`,
    expected: `${place.expected}, as ${expected.name}${place.path} is`,
    fix: "give both trees the same keys and the same nesting.",
    data: { path: place.path, expected: showStructure(expected.structure), got: showStructure(got.structure) },
  });
}

/** The structure in a readable form, with `*` for leaves: `{speed: *, source: [*, *]}`. */
export function showStructure(structure: TreeStructure): string {
  switch (structure.kind) {
    case "leaf":
      return "*";
    case "none":
      return String(structure.value);
    case "array":
      return `[${structure.children.map(showStructure).join(", ")}]`;
    case "object":
    case "registered": {
      const entries = structure.names.map(
        (name, i) => `${name}: ${showStructure(present(structure.children[i], "child"))}`,
      );
      return `${structure.type?.name ?? ""}{${entries.join(", ")}}`;
    }
  }
}

function visit(tree: unknown, leaves: unknown[]): TreeStructure {
  if (tree === null) return nullStructure;
  if (tree === undefined) return undefinedStructure;
  if (typeof tree !== "object" || ArrayBuffer.isView(tree)) {
    leaves.push(tree);
    return leafStructure;
  }
  if (Array.isArray(tree)) {
    const children = tree.map((child: unknown) => visit(child, leaves));
    return container("array", null, [...tree.keys()].map(String), children);
  }
  const prototype: unknown = Object.getPrototypeOf(tree);
  const type = registered.get((tree as { constructor?: unknown }).constructor);
  if (type !== undefined) return visitObject("registered", type, type.definition.toTree(tree), leaves);
  if (isPlain(prototype)) return visitObject("object", null, tree as Readonly<Record<string, unknown>>, leaves);
  leaves.push(tree);
  return leafStructure;
}

function visitObject(
  kind: "object" | "registered",
  type: RegisteredType | null,
  object: Readonly<Record<string, unknown>>,
  leaves: unknown[],
): TreeStructure {
  const names = Object.keys(object).sort();
  return container(
    kind,
    type,
    names,
    names.map((name) => visit(object[name], leaves)),
  );
}

function container(
  kind: "array" | "object" | "registered",
  type: RegisteredType | null,
  names: readonly string[],
  children: readonly TreeStructure[],
): TreeStructure {
  let size = 0;
  for (const child of children) size += child.size;
  const inside =
    kind === "array"
      ? `[${children.map((child) => child.key).join(",")}]`
      : `{${children.map((child, i) => `${JSON.stringify(names[i])}:${child.key}`).join(",")}}`;
  return { kind, type, names, children, size, key: type === null ? inside : `${type.name}#${type.id}${inside}` };
}

/** Whether a prototype is that of a plain object; one of another realm (a notebook's context) counts as well. */
function isPlain(prototype: unknown): boolean {
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function step(parent: TreeStructure, name: string): string {
  if (parent.kind === "array") return `[${name}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

interface Difference {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

function firstDifference(expected: TreeStructure, got: TreeStructure, path: string): Difference {
  const here = { path, expected: describe(expected), got: describe(got) };
  if (expected.kind === "leaf" || expected.kind === "none" || got.kind === "leaf" || got.kind === "none") return here;
  if (expected.kind !== got.kind || expected.type !== got.type || expected.names.join("\n") !== got.names.join("\n"))
    return here;
  for (const [i, child] of expected.children.entries()) {
    const other = present(got.children[i], "child");
    if (child.key !== other.key)
      return firstDifference(child, other, path + step(expected, present(expected.names[i], "name")));
  }
  return here;
}

function describe(structure: TreeStructure): string {
  switch (structure.kind) {
    case "leaf":
      return "a leaf";
    case "none":
      return String(structure.value);
    case "array":
      return `an array of ${structure.children.length}`;
    case "object":
    case "registered": {
      const name = structure.type === null ? "an object" : `a ${structure.type.name}`;
      return structure.names.length === 0
        ? `${name} without keys`
        : `${name} with the keys ${structure.names.join(", ")}`;
    }
  }
}
