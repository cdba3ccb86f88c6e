import type { Expression } from "../math/expression.js";
import { childrenOf } from "../math/walk.js";

/** A comparison of the time with something that only events change. */
export interface TimeAtom {
  readonly comparison: Expression;
  /** What the time is compared with. */
  readonly bound: Expression;
  /** Whether the comparison changes on the border. */
  readonly changesAt: boolean;
  /** Whether it changes just after the border, on which it is as before. Where rounding decides, both are true. */
  readonly changesAfter: boolean;
}

/**
 * The comparisons in a formula whose time can be known before: of what is affine in the time, with what stays between
 * events.
 *
 * @param isStill - whether a formula changes in events alone
 */
export function timeAtomsOf(formula: Expression, isStill: (expression: Expression) => boolean): readonly TimeAtom[] {
  const atoms: TimeAtom[] = [];
  const seen = new Set<Expression>();
  const visit = (part: Expression): void => {
    if (seen.has(part)) return;
    seen.add(part);
    const atom = atomOf(part, isStill);
    if (atom !== null) atoms.push(atom);
    for (const child of childrenOf(part)) visit(child);
  };
  visit(formula);
  return atoms;
}

function atomOf(comparison: Expression, isStill: (expression: Expression) => boolean): TimeAtom | null {
  if (comparison.kind !== "apply" || comparison.args.length !== 2) return null;
  const { op, args } = comparison;
  if (op !== "gt" && op !== "geq" && op !== "lt" && op !== "leq" && op !== "eq" && op !== "neq") return null;
  const [left, right] = args as [Expression, Expression];
  const onLeft = isTime(left);
  if (op !== "eq" && op !== "neq" && onLeft !== isTime(right) && isStill(onLeft ? right : left)) {
    // time >= c and c <= time change on the border, as their opposites do; time > c and time <= c change after it
    const changesAt = onLeft ? op === "geq" || op === "lt" : op === "leq" || op === "gt";
    return { comparison, bound: onLeft ? right : left, changesAt, changesAfter: !changesAt };
  }
  const [a, b] = [affineInTime(left, isStill), affineInTime(right, isStill)];
  if (a === null || b === null) return null;
  const [factor, rest] = [minus(a.factor, b.factor), minus(b.rest, a.rest)];
  if (isNumber(factor, 0)) return null;
  const bound = isNumber(factor, 1) ? rest : apply("divide", rest, factor);
  return { comparison, bound, changesAt: true, changesAfter: true };
}

/** factor * time + rest. */
interface Affine {
  readonly factor: Expression;
  readonly rest: Expression;
}

const zero: Expression = { kind: "number", value: 0 };
const one: Expression = { kind: "number", value: 1 };

/** A formula as an affine function of the time, with what only events change; null where it is none. */
function affineInTime(part: Expression, isStill: (expression: Expression) => boolean): Affine | null {
  if (isStill(part)) return { factor: zero, rest: part };
  if (isTime(part)) return { factor: one, rest: zero };
  if (part.kind !== "apply") return null;
  const { op, args } = part;
  if (op === "plus" || op === "minus") {
    const parts = args.map((arg) => affineInTime(arg, isStill));
    if (parts.some((own) => own === null)) return null;
    const [first, ...others] = parts as readonly Affine[];
    if (first === undefined) return null;
    if (op === "plus") {
      return others.reduce((a, b) => ({ factor: plus(a.factor, b.factor), rest: plus(a.rest, b.rest) }), first);
    }
    const [second] = others;
    const [a, b] = second === undefined ? [{ factor: zero, rest: zero }, first] : [first, second];
    return { factor: minus(a.factor, b.factor), rest: minus(a.rest, b.rest) };
  }
  if (op === "divide") {
    const [above, below] = args as [Expression, Expression];
    const own = isStill(below) ? affineInTime(above, isStill) : null;
    return own === null ? null : { factor: apply("divide", own.factor, below), rest: apply("divide", own.rest, below) };
  }
  if (op !== "times") return null;
  const inner = args.filter((arg) => !isStill(arg));
  const own = inner.length === 1 ? affineInTime(inner[0]!, isStill) : null;
  if (own === null) return null;
  const still = args.filter(isStill);
  return { factor: product([own.factor, ...still]), rest: product([own.rest, ...still]) };
}

function isTime(part: Expression): boolean {
  return part.kind === "symbol" && part.symbol === "time";
}

function isNumber(part: Expression, value: number): boolean {
  return part.kind === "number" && part.value === value;
}

function plus(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0)) return b;
  return isNumber(b, 0) ? a : apply("plus", a, b);
}

function minus(a: Expression, b: Expression): Expression {
  if (isNumber(b, 0)) return a;
  if (a.kind === "number" && b.kind === "number") return { kind: "number", value: a.value - b.value };
  return apply("minus", a, b);
}

function product(factors: readonly Expression[]): Expression {
  if (factors.some((factor) => isNumber(factor, 0))) return zero;
  return apply("times", ...factors.filter((factor) => !isNumber(factor, 1)));
}

function apply(op: "plus" | "minus" | "times" | "divide", ...args: readonly Expression[]): Expression {
  return { kind: "apply", op, args };
}
