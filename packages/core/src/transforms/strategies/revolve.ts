import type { Builder } from "../../ir/builder.js";
import type { Var } from "../../ir/types.js";
import { at } from "../bodies.js";
import { atLeast, either, holds, minus, plus, whilst } from "./emitLoops.js";

/**
 * Binomial checkpointing (Griewank and Walther 2000, "Algorithm 799: revolve", ACM TOMS 26, 19-45). A stretch of l steps, of which the
 * state at the start is kept, is reversed with c more states in memory. With beta(c, r) = binomial(c + r, c), the
 * least r such that l <= beta(c, r) is how often a step is run at most, and the steps run again are
 * r l - beta(c + 1, r - 1) in all: their equation (2). Every first advance d with
 * beta(c, r - 2) <= d <= beta(c, r - 1) and beta(c - 1, r - 1) <= l - d <= beta(c - 1, r) reaches that.
 */
export function binomialSplit(length: number, free: number): number {
  if (length <= free + 1) return 0;
  let [r, low, high] = [1, 1, free + 1];
  while (high < length) {
    r++;
    low = high;
    high = (high * (free + r)) / r;
  }
  return Math.min(low, length - (low * free) / (free + r - 1));
}

/** How many steps are run again when `length` steps are reversed with `free` states beside the first: the formula above. */
export function binomialSteps(length: number, free: number): number {
  if (length <= 1) return 0;
  if (free < 1) return Infinity;
  // high = beta(free, r), above = beta(free + 1, r - 1)
  let [r, high, above] = [1, free + 1, 1];
  while (high < length) {
    r++;
    above = (above * (free + r)) / (r - 1);
    high = (high * (free + r)) / r;
  }
  return r * length - above;
}

/** `binomialSplit` of int32 scalars, emitted. In float64, in which all the numbers are exact. */
export function emitBinomialSplit(b: Builder, length: Var, free: Var): Var {
  const wide = (x: Var): Var => b.one("convert", { dtype: "float64" }, [x]);
  const [l, c] = [wide(length), wide(free)];
  const one = b.literal("float64", [], 1);
  const [r, low] = whilst(
    b,
    [l, c],
    [one, one, plus(b, c, 1)],
    (inner, consts, carry) => holds(inner, at(carry, 2), "lt", at(consts, 0)),
    (inner, consts, carry) => {
      const next = plus(inner, at(carry, 0), 1);
      const high = at(carry, 2);
      const product = inner.one("mul", {}, [high, plus(inner, at(consts, 1), next)]);
      return [next, high, inner.one("div", {}, [product, next])];
    },
  ) as [Var, Var];
  // At least 1: with nothing free there is nothing to split, and the quotient is not used.
  const divisor = atLeast(b, minus(b, plus(b, c, r), 1), 1);
  const right = b.one("div", {}, [b.one("mul", {}, [low, c]), divisor]);
  const advance = b.one("convert", { dtype: "int32" }, [b.one("min", {}, [low, minus(b, l, right)])]);
  return either(b, holds(b, length, "le", plus(b, free, 1)), b.literal("int32", [], 0), advance);
}
