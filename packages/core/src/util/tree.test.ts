import { describe, expect, it } from "@jest/globals";
import { TreeError } from "./errors.js";
import {
  expectSameStructure,
  flatten,
  leafPaths,
  registerTree,
  showStructure,
  structureOf,
  unflatten,
} from "./tree.js";

class Pair {
  readonly first: unknown;
  readonly second: unknown;
  constructor(first: unknown, second: unknown) {
    this.first = first;
    this.second = second;
  }
}
registerTree(Pair, {
  toTree: (pair) => ({ first: pair.first, second: pair.second }),
  fromTree: (children) => new Pair(children["first"], children["second"]),
});

describe("flatten and unflatten", () => {
  it("give back the tree, whatever it is", () => {
    for (const tree of [1, null, undefined, [], {}, [1, [2, { a: 3, b: null }]], { b: [1], a: { c: undefined } }]) {
      const { leaves, structure } = flatten(tree);
      expect(unflatten(structure, leaves)).toEqual(tree);
    }
  });

  it("order the leaves of an object by its keys, not by their insertion", () => {
    expect(flatten({ b: 1, a: 2 }).leaves).toEqual([2, 1]);
    expect(structureOf({ b: 1, a: 2 }).key).toBe(structureOf({ a: 1, b: 2 }).key);
  });

  it("take typed arrays and instances of unknown classes as leaves", () => {
    const data = Float64Array.of(1, 2);
    const when = new Date(0);
    expect(flatten({ data, when }).leaves).toEqual([data, when]);
  });

  it("take registered classes apart", () => {
    const { leaves, structure } = flatten({ pair: new Pair(1, [2, 3]) });
    expect(leaves).toEqual([1, 2, 3]);
    const { pair } = unflatten(structure, [4, 5, 6]) as { pair: Pair };
    expect(pair).toBeInstanceOf(Pair);
    expect(pair.second).toEqual([5, 6]);
    expect(leafPaths(structure)).toEqual([".pair.first", ".pair.second[0]", ".pair.second[1]"]);
  });

  it("take objects without a prototype, and keys that are no names", () => {
    const bare = Object.assign(Object.create(null) as object, { "my key": 1 });
    expect(leafPaths(structureOf(bare))).toEqual(['["my key"]']);
    const { leaves, structure } = flatten(JSON.parse('{"__proto__": 1}'));
    expect(Object.keys(unflatten(structure, leaves) as object)).toEqual(["__proto__"]);
  });

  it("refuse a class that is registered twice, and a wrong number of leaves", () => {
    expect(() => registerTree(Pair, { toTree: () => ({}), fromTree: () => new Pair(0, 0) })).toThrow(
      /registered as a tree already/,
    );
    expect(() => unflatten(structureOf([1, 2]), [1])).toThrow(TreeError);
  });
});

describe("expectSameStructure", () => {
  const compare = (expected: unknown, got: unknown): void =>
    expectSameStructure(
      "They differ.",
      { name: "params", structure: structureOf(expected) },
      { name: "gradient", structure: structureOf(got) },
    );

  it("accepts equal structures", () => {
    expect(() => compare({ a: [1, 2], b: 3 }, { b: 0, a: [0, 0] })).not.toThrow();
  });

  it("names the first difference in both trees", () => {
    expect(() => compare({ a: [1, { x: 1 }] }, { a: [1, 2] })).toThrow(
      "They differ. Got: gradient.a[1] is a leaf. Expected: an object with the keys x, as params.a[1] is.",
    );
    expect(() => compare({ a: 1 }, { b: 1 })).toThrow(
      /gradient is an object with the keys b.*the keys a, as params is/,
    );
    expect(() => compare([1, 2], [1])).toThrow(/an array of 1.*an array of 2/);
    expect(() => compare([1, null], [1, 2])).toThrow(/gradient\[1\] is a leaf.*null, as params\[1\] is/);
  });

  it("shows structures", () => {
    expect(showStructure(structureOf({ speed: 1, source: [1, null], pair: new Pair(1, 2) }))).toBe(
      "{pair: Pair{first: *, second: *}, source: [*, null], speed: *}",
    );
  });
});
