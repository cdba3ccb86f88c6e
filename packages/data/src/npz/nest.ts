import type { Tensor } from "@simgrad/core";
import { ArgumentError } from "@simgrad/core";
import { define } from "../tensors.js";

/** Objects in objects, with tensors at the ends. */
export interface TensorTree {
  readonly [name: string]: Tensor | TensorTree;
}

/**
 * Makes a tree of tensors whose names are paths: `{ "layer/weight": w }` becomes `{ layer: { weight: w } }`. It undoes what
 * `formatNpz` does to a tree.
 *
 * @throws ArgumentError if a name is at once a tensor and the beginning of another's path.
 */
export function nest(tensors: Readonly<Record<string, Tensor>>): TensorTree {
  const root: Level = new Map();
  for (const [path, tensor] of Object.entries(tensors)) {
    const steps = path.split("/");
    const last = steps.pop() ?? "";
    let level = root;
    for (const step of steps) {
      const next = level.get(step) ?? new Map<string, Level | Tensor>();
      if (!(next instanceof Map)) throw clash(path);
      level.set(step, next);
      level = next;
    }
    if (level.has(last)) throw clash(path);
    level.set(last, tensor);
  }
  return build(root);
}

type Level = Map<string, Level | Tensor>;

function build(level: Level): TensorTree {
  const tree = {};
  for (const [name, child] of level) define(tree, name, child instanceof Map ? build(child) : child);
  return Object.freeze(tree);
}

function clash(path: string): ArgumentError {
  return new ArgumentError({
    what: `nest: "${path}" is, or lies below, the name of another tensor.`,
    expected: "paths of which none begins another",
    fix: "rename one of the two.",
  });
}
