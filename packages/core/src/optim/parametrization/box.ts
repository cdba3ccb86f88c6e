import { ArgumentError } from "../../util/errors.js";
import { flatten } from "../../util/tree.js";
import { np } from "../../trace/np.js";
import type { Tensor, TensorLike } from "../../trace/tensor.js";
import { mapFloats } from "../leaves.js";
import { checkEntries } from "./known.js";
import type { Parametrization } from "./parametrization.js";

/** Options of `boxParametrization`: numbers, or trees built as the parameters are. */
export interface BoxOptions {
  readonly lower: unknown;
  readonly upper: unknown;
}

/**
 * Parameters between two bounds: p = lower + (upper - lower) / (1 + exp(-z)). The bounds themselves are never reached; a start
 * must lie inside.
 *
 * @throws ArgumentError if a lower bound is not below the upper one, or a bound is not finite.
 */
export function boxParametrization({ lower, upper }: BoxOptions): Parametrization {
  checkBounds(lower, upper);
  const withBounds = <Tree>(tree: Tree, map: (leaf: Tensor, low: Tensor, high: Tensor) => Tensor): Tree =>
    mapFloats(
      "box",
      [tree, spread(lower, tree), spread(upper, tree)],
      (leaf, low, high) => map(leaf, low.astype(leaf.dtype), high.astype(leaf.dtype)),
      (leaf) => leaf,
    );
  return Object.freeze({
    name: "box",
    toParams: <Tree>(z: Tree): Tree =>
      withBounds(z, (leaf, low, high) => np.add(low, np.mul(np.sub(high, low), np.sigmoid(leaf)))),
    fromParams<Tree>(params: Tree): Tree {
      const lows = flatten(spread(lower, params)).leaves.map((leaf) => np.asarray(leaf as TensorLike));
      const highs = flatten(spread(upper, params)).leaves.map((leaf) => np.asarray(leaf as TensorLike));
      checkEntries(
        "box",
        params,
        (value, leaf, entry) => value > entryOf(lows[leaf], entry) && value < entryOf(highs[leaf], entry),
        "numbers strictly between the bounds",
      );
      return withBounds(params, (leaf, low, high) => np.log(np.div(np.sub(leaf, low), np.sub(high, leaf))));
    },
  });
}

/** A bound for each leaf: the tree of bounds, or one number everywhere. */
function spread(bound: unknown, tree: unknown): unknown {
  if (typeof bound !== "number") return bound;
  return mapFloats("box", [tree], (leaf) => np.fullLike(leaf, bound));
}

function entryOf(bound: Tensor | undefined, entry: number): number {
  const data = bound?.data ?? [];
  return (data.length === 1 ? data[0] : data[entry]) ?? NaN;
}

function checkBounds(lower: unknown, upper: unknown): void {
  const lows = flatten(lower).leaves.map((leaf) => np.asarray(leaf as TensorLike));
  const highs = flatten(upper).leaves.map((leaf) => np.asarray(leaf as TensorLike));
  const pairs = Math.max(lows.length, highs.length);
  for (let i = 0; i < pairs; i++) {
    const [low, high] = [lows[lows.length === 1 ? 0 : i], highs[highs.length === 1 ? 0 : i]];
    const count = Math.max(low?.size ?? 0, high?.size ?? 0);
    for (let entry = 0; entry < count; entry++) {
      const [a, b] = [entryOf(low, entry), entryOf(high, entry)];
      if (a < b && Number.isFinite(a) && Number.isFinite(b)) continue;
      throw new ArgumentError({
        what: "box: the bounds leave no room.",
        got: `lower: ${a}, upper: ${b}`,
        expected: "finite bounds, the lower below the upper",
        fix: "use `logParametrization` or `softplusParametrization` where there is a lower bound alone.",
      });
    }
  }
}
