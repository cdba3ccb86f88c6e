import { isTensor, np, type Tensor } from "@simgrad/core";
import type { Operator } from "./expression.js";
import { factorialOf } from "./factorial.js";
import { logarithmOf, powerOf, rootOf } from "./power.js";
import { trigonometric } from "./trigonometric.js";
import { both, choose, either, negation, toNumber, toTruth, type Value } from "./value.js";

/** A number, or a tensor that is one. */
export type Scalar = number | Tensor;

/** The argument, but a harmless number where it does not count. */
export type Guard = (x: Scalar, harmless: number) => Scalar;

/** What an operator makes of its arguments. */
type Rule = (args: readonly Scalar[], guard: Guard) => Value;

/**
 * Applies an operator. Truth values count as 1 and 0 in the place of numbers, numbers as "is not 0" in the place of
 * truth values.
 */
export function applyOperator(op: Operator, args: readonly Value[], guard: Guard): Value {
  const logical = logicalRules[op as keyof typeof logicalRules];
  if (logical !== undefined) return logical(args.map(toTruth));
  return rules[op as keyof typeof rules](args.map(toNumber), guard);
}

/** A function of one number, known or not. */
export function lift(host: (x: number) => number, traced: (x: Tensor) => Tensor): (x: Scalar) => Scalar {
  return (x) => (typeof x === "number" ? host(x) : traced(x));
}

/** Sum of two numbers; a known 0 is left out. */
export function plus(a: Scalar, b: Scalar): Scalar {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a === 0) return b;
  return b === 0 ? a : np.add(a, b);
}

/** Difference of two numbers; a known 0 is left out. */
export function minus(a: Scalar, b: Scalar): Scalar {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (a === 0) return np.negative(b);
  return b === 0 ? a : np.subtract(a, b);
}

/** Product of two numbers; a known 1 is left out. */
export function times(a: Scalar, b: Scalar): Scalar {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (a === 1) return b;
  return b === 1 ? a : np.multiply(a, b);
}

/** Quotient of two numbers; a known 1 is left out. */
export function over(a: Scalar, b: Scalar): Scalar {
  if (typeof a === "number" && typeof b === "number") return a / b;
  return b === 1 ? a : np.divide(a, b);
}

const truncate = lift(Math.trunc, (x) => np.where(np.less(x, 0), np.ceil(x), np.floor(x)));
const exponential = lift(Math.exp, np.exp);

const rules = {
  plus: (args) => args.reduce(plus, 0),
  times: (args) => args.reduce(times, 1),
  minus: ([a, b]) => (b === undefined ? minus(0, a!) : minus(a!, b)),
  divide: ([a, b], guard) => over(a!, guard(b!, 1)),
  power: ([x, y], guard) => powerOf(guard(x!, 1), y!),
  root([first, second], guard) {
    const [degree, x] = second === undefined ? [2, first!] : [first!, second];
    if (degree === 2) return rootOf(guard(x, 1));
    const base = guard(x, 1);
    if (typeof degree !== "number" || Math.abs(degree % 2) !== 1) return powerOf(base, over(1, degree));
    // An odd root of a negative number is real.
    const size = powerOf(absolute(base), 1 / degree);
    return choose(below(base, 0), minus(0, size), size);
  },
  abs: ([x]) => absolute(x!),
  exp: ([x], guard) => exponential(guard(x!, 0)),
  ln: ([x], guard) => logarithmOf(guard(x!, 1)),
  log([first, second], guard) {
    const [base, x] = second === undefined ? [10, first!] : [first!, second];
    return over(logarithmOf(guard(x, 1)), logarithmOf(guard(base, 2)));
  },
  floor: ([x]) => lift(Math.floor, np.floor)(x!),
  ceiling: ([x]) => lift(Math.ceil, np.ceil)(x!),
  factorial: ([n]) => factorialOf(n!),
  quotient: ([a, b], guard) => truncate(over(a!, guard(b!, 1))),
  rem([a, b], guard) {
    const divisor = guard(b!, 1);
    return minus(a!, times(divisor, truncate(over(a!, divisor))));
  },
  min: (args) => args.reduce((a, b) => bothKnown(a, b, Math.min) ?? np.minimum(a, b)),
  max: (args) => args.reduce((a, b) => bothKnown(a, b, Math.max) ?? np.maximum(a, b)),
  ...trigonometric,
  eq: chain((a, b) => a === b, np.equal),
  neq: ([a, b]) => compare(a!, b!, (x, y) => x !== y, np.notEqual),
  gt: chain((a, b) => a > b, np.greater),
  lt: chain((a, b) => a < b, np.less),
  geq: chain((a, b) => a >= b, np.greaterEqual),
  leq: chain((a, b) => a <= b, np.lessEqual),
} satisfies Record<string, Rule>;

const logicalRules = {
  and: (args) => args.reduce(both, true),
  or: (args) => args.reduce(either, false),
  xor: (args) => args.reduce((a, b) => either(both(a, negation(b)), both(negation(a), b)), false),
  not: ([a]) => negation(a!),
  implies: ([a, b]) => either(negation(a!), b!),
} satisfies Record<string, (args: readonly (boolean | Tensor)[]) => boolean | Tensor>;

function absolute(x: Scalar): Scalar {
  return typeof x === "number" ? Math.abs(x) : np.abs(x);
}

function below(x: Scalar, bound: number): boolean | Tensor {
  return typeof x === "number" ? x < bound : np.less(x, bound);
}

function bothKnown(a: Scalar, b: Scalar, f: (a: number, b: number) => number): number | null {
  return isTensor(a) || isTensor(b) ? null : f(a, b);
}

type Test = (a: number, b: number) => boolean;

function compare(a: Scalar, b: Scalar, known: Test, traced: typeof np.equal): boolean | Tensor {
  return isTensor(a) || isTensor(b) ? traced(a, b) : known(a, b);
}

/** Whether each neighbouring pair stands in a relation. */
function chain(known: Test, traced: typeof np.equal): Rule {
  return (args) =>
    args.slice(1).reduce<boolean | Tensor>((all, b, i) => both(all, compare(args[i]!, b, known, traced)), true);
}
