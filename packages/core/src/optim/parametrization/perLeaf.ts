import { TreeError } from "../../util/errors.js";
import type { Parametrization } from "./parametrization.js";

/** A parametrization for each part of a tree; parts that are left out, or null, stay as they are. */
export type ParametrizationTree =
  Parametrization | null | readonly ParametrizationTree[] | { readonly [key: string]: ParametrizationTree };

/**
 * Gives each part of the parameters its own parametrization.
 *
 * @param parts - built as the parameters are, down to where a parametrization takes a whole part
 * @throws TreeError, when used, if `parts` name something that the parameters do not have.
 * @example
 * ```ts
 * perLeaf({ speed: bspline({ coefficients: 8, points: 1000 }), damping: logParametrization() });
 * ```
 */
export function perLeaf(parts: ParametrizationTree): Parametrization {
  return Object.freeze({
    name: describe(parts),
    toParams: <Tree>(z: Tree): Tree => walk(parts, z, "z", (part, tree) => part.toParams(tree)) as Tree,
    fromParams: <Tree>(params: Tree): Tree =>
      walk(parts, params, "params", (part, tree) => part.fromParams(tree)) as Tree,
  });
}

/** The parametrization p = first(second(... (z))): the last one sees the coordinates of the optimizer. */
export function composed(...parametrizations: readonly Parametrization[]): Parametrization {
  return Object.freeze({
    name: `composed(${parametrizations.map((each) => each.name).join(", ")})`,
    toParams: <Tree>(z: Tree): Tree => parametrizations.reduceRight((tree, each) => each.toParams(tree), z),
    fromParams: <Tree>(params: Tree): Tree => parametrizations.reduce((tree, each) => each.fromParams(tree), params),
  });
}

function walk(
  parts: ParametrizationTree,
  tree: unknown,
  path: string,
  apply: (part: Parametrization, tree: unknown) => unknown,
): unknown {
  if (parts === null) return tree;
  if (isParametrization(parts)) return apply(parts, tree);
  const given = Object.entries(parts as { readonly [key: string]: ParametrizationTree });
  const container = Array.isArray(tree) || (isObject(tree) && Object.getPrototypeOf(tree) === Object.prototype);
  const missing = container ? given.find(([key]) => !Object.hasOwn(tree, key)) : given[0];
  if (missing !== undefined) {
    throw new TreeError({
      what: "perLeaf: there is a parametrization for something that the parameters do not have.",
      got: `a parametrization for ${path}.${missing[0]}`,
      expected: container ? `one of ${Object.keys(tree).join(", ")}` : `${path} to have parts`,
    });
  }
  const changed = new Map(given.map(([key, part]) => [key, part]));
  const entries = Object.entries(tree as object).map(([key, value]): [string, unknown] => {
    const part = changed.get(key);
    return [key, part === undefined ? value : walk(part, value, `${path}.${key}`, apply)];
  });
  return Array.isArray(tree) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function isParametrization(parts: ParametrizationTree): parts is Parametrization {
  return isObject(parts) && typeof (parts as { toParams?: unknown }).toParams === "function";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function describe(parts: ParametrizationTree): string {
  if (parts === null) return "as it is";
  if (isParametrization(parts)) return parts.name;
  return `{${Object.entries(parts)
    .map(([key, part]) => `${key}: ${describe(part as ParametrizationTree)}`)
    .join(", ")}}`;
}
