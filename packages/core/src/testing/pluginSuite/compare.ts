import type { Tensor } from "../../trace/tensor.js";
import * as tree from "../../trace/treeApi.js";
import { expectSameStructure, leafPaths } from "../../util/tree.js";
import { PluginSuiteFailure } from "./failure.js";
import { largest } from "./subject.js";

/** Two trees of known tensors, with the names that messages give them. */
export interface Comparison {
  /** What the test says when they differ. */
  readonly what: string;
  readonly got: unknown;
  readonly expected: unknown;
  readonly gotName: string;
  readonly expectedName: string;
  readonly fix?: string;
}

/**
 * Demands trees of one structure, shapes and dtypes.
 *
 * @throws TreeError, PluginSuiteFailure that name the leaf.
 */
export function expectSameTypes(comparison: Comparison): void {
  const { what, got, expected, gotName, expectedName, fix } = comparison;
  const structure = tree.structure(expected);
  expectSameStructure(what, { name: expectedName, structure }, { name: gotName, structure: tree.structure(got) });
  const leaves = tree.leaves(got);
  tree.leaves(expected).forEach((leaf, i) => {
    const other = leaves[i] as Tensor;
    if (showType(leaf) === showType(other)) return;
    const path = leafPaths(structure)[i] ?? "";
    throw new PluginSuiteFailure({
      what,
      got: `${showType(other)} in ${gotName}${path}`,
      expected: `${showType(leaf)}, as ${expectedName}${path} is`,
      ...(fix === undefined ? {} : { fix }),
      data: { path },
    });
  });
}

/** Demands equal trees, to the bit. @throws TreeError, PluginSuiteFailure that name the first entry that differs. */
export function expectSameBits(comparison: Comparison): void {
  expectSameEntries(comparison, (a, b) => Object.is(a, b), "the same bits");
}

/** Demands equal numbers; 0 and -0 are equal. @throws TreeError, PluginSuiteFailure that name the first entry that differs. */
export function expectEqual(comparison: Comparison): void {
  expectSameEntries(comparison, (a, b) => a === b || Object.is(a, b), "the same numbers");
}

/** Demands trees that differ by at most `tolerance`, relative to the largest entry of each leaf. */
export function expectClose(comparison: Comparison, tolerance: number): void {
  expectSameEntries(
    comparison,
    (a, b, leaf) => Object.is(a, b) || Math.abs(a - b) <= tolerance * largest(leaf),
    `a difference of at most ${tolerance} of the largest entry`,
  );
}

function expectSameEntries(
  comparison: Comparison,
  same: (got: number, expected: number, leaf: Tensor) => boolean,
  wanted: string,
): void {
  expectSameTypes(comparison);
  const { what, got, expected, gotName, expectedName, fix } = comparison;
  const paths = leafPaths(tree.structure(expected));
  const leaves = tree.leaves(got);
  tree.leaves(expected).forEach((leaf, i) => {
    const other = leaves[i] as Tensor;
    for (let entry = 0; entry < leaf.data.length; entry++) {
      const [x, y] = [other.data[entry] as number, leaf.data[entry] as number];
      if (same(x, y, leaf)) continue;
      const place = `${paths[i] ?? ""}${leaf.size === 1 ? "" : ` at entry ${entry}`}`;
      throw new PluginSuiteFailure({
        what,
        got: `${show(x)} in ${gotName}${place}`,
        expected: `${wanted} as ${expectedName}, ${show(y)}`,
        ...(fix === undefined ? {} : { fix }),
        data: { path: paths[i] ?? "", entry, got: x, expected: y },
      });
    }
  });
}

function showType(tensor: Tensor): string {
  return `${tensor.dtype}[${tensor.shape.join(", ")}]`;
}

function show(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
