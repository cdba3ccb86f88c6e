import { ArgumentError, TreeError } from "../util/errors.js";
import { flatten, leafPaths, structureOf } from "../util/tree.js";
import type { Units, UnitTree } from "../sim/units.js";
import { parseUnit } from "./unit.js";

/** The parts of a simulator whose leaves have units. */
export const unitParts: readonly ["params", "state", "output", "records"] = ["params", "state", "output", "records"];

/** One of `unitParts`. */
export type UnitPart = (typeof unitParts)[number];

/**
 * Demands that every string in the units of a simulator is a unit.
 *
 * @throws ArgumentError that names the leaf.
 */
export function checkUnits(owner: string, units: Units): void {
  if (typeof units !== "object" || units === null) {
    throw new ArgumentError({
      what: `${owner}: units are missing.`,
      got: String(units),
      expected:
        '{ time, params, state, output }, such as { time: "s", params: { speed: "m/s" }, state: "m", output: "m" }',
    });
  }
  for (const part of ["time", ...unitParts] as const) {
    const tree = units[part];
    if (tree === undefined && part === "records") continue;
    if (tree === undefined || (part === "time" && typeof tree !== "string")) {
      throw new ArgumentError({
        what: `${owner}: units.${part} is missing.`,
        got: typeof tree,
        expected: part === "time" ? 'a unit such as "s"' : `a tree with a unit for each leaf of the ${part}`,
        data: { path: `units.${part}` },
      });
    }
    for (const { path, unit } of unitLeaves(tree)) {
      try {
        parseUnit(unit);
      } catch (error) {
        if (!(error instanceof ArgumentError)) throw error;
        throw new ArgumentError({
          what: `${owner}: units.${part}${path}: ${error.message}`,
          data: { ...error.data, path: `units.${part}${path}` },
        });
      }
    }
  }
}

/** The units of a tree by the path of their leaf: `.speed`, `[0].bias`, or nothing for a tree that is one leaf. */
export function unitLeaves(units: UnitTree): readonly { readonly path: string; readonly unit: string }[] {
  const { leaves, structure } = flatten(units);
  return leafPaths(structure).map((path, i) => ({ path, unit: leaves[i] as string }));
}

/**
 * Demands a unit for every leaf of a tree, at its own place or for a whole part of the tree that it lies in. Units without a leaf are
 * allowed: a leaf may be optional.
 *
 * @throws TreeError that names the leaves without one.
 */
export function expectUnitsCover(owner: string, part: UnitPart, units: UnitTree | undefined, tree: unknown): void {
  const known = new Set(units === undefined ? [] : unitLeaves(units).map(({ path }) => path));
  const bare = leafPaths(structureOf(tree)).filter((path) => !partsAround(path).some((part) => known.has(part)));
  if (bare.length === 0) return;
  throw new TreeError({
    what: `${owner}: a leaf of the ${part} has no unit.`,
    got: `${bare.map((path) => part + path).join(", ")} without an entry in units.${part}`,
    expected: `a unit for each leaf, nested as the ${part} are; units.${part} has ${units === undefined ? "none" : JSON.stringify(units)}`,
    fix: 'add it to units; "1" stands for a pure number.',
    data: { part, paths: bare },
  });
}

/** The paths of the parts of a tree that a leaf lies in, its own and that of the whole tree included. */
export function partsAround(path: string): readonly string[] {
  const ends = [...path.matchAll(/(?=[.[])/g)].map(({ index }) => index);
  return [...new Set([0, ...ends])].map((end) => path.slice(0, end)).concat(path);
}
