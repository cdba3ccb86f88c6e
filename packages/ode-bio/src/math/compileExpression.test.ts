import { describe, expect, it } from "@jest/globals";
import { grad, isTensor, np, type Tensor } from "@simgrad/core";
import { compileExpression, type Names } from "./compileExpression.js";
import type { Expression, NumericOperator, Operator } from "./expression.js";
import { toNumber, toTensor, type Value } from "./value.js";

const number = (value: number): Expression => ({ kind: "number", value });
const name = (id: string): Expression => ({ kind: "name", id });
const apply = (op: Operator, ...args: readonly Expression[]): Expression => ({ kind: "apply", op, args });
const piecewise = (
  pieces: readonly (readonly [value: Expression, condition: Expression])[],
  otherwise: Expression | null = null,
): Expression => ({
  kind: "piecewise",
  pieces: pieces.map(([value, condition]) => ({ value, condition })),
  otherwise,
});

const namesOf = (values: Readonly<Record<string, Value>>): Names => ({
  value: (id) => values[id]!,
  rateOf: () => 0,
  time: 0,
});
const known = (expression: Expression, values: Readonly<Record<string, Value>> = {}): Value =>
  compileExpression(expression, namesOf(values));
/** The value where the names are tensors, as while a run is traced. */
function traced(expression: Expression, values: Readonly<Record<string, number>>): number {
  const tensors = Object.fromEntries(Object.entries(values).map(([id, value]) => [id, np.array(value, "float64")]));
  return toTensor(compileExpression(expression, namesOf(tensors))).item();
}
const slope = (expression: Expression, x: number, others: Readonly<Record<string, number>> = {}): number =>
  grad((at: Tensor) => toTensor(compileExpression(expression, namesOf({ ...others, x: at }))))(x).item();

const binary: readonly (readonly [NumericOperator, (a: number, b: number) => number])[] = [
  ["plus", (a, b) => a + b],
  ["minus", (a, b) => a - b],
  ["times", (a, b) => a * b],
  ["divide", (a, b) => a / b],
  ["power", (a, b) => a ** b],
  ["root", (a, b) => b ** (1 / a)],
  ["log", (a, b) => Math.log(b) / Math.log(a)],
  ["quotient", (a, b) => Math.trunc(a / b)],
  ["rem", (a, b) => a % b],
  ["min", Math.min],
  ["max", Math.max],
];
const unary: readonly (readonly [NumericOperator, (x: number) => number])[] = [
  ["minus", (x) => -x],
  ["abs", Math.abs],
  ["exp", Math.exp],
  ["ln", Math.log],
  ["log", Math.log10],
  ["root", Math.sqrt],
  ["floor", Math.floor],
  ["ceiling", Math.ceil],
  ["sin", Math.sin],
  ["cos", Math.cos],
  ["tan", Math.tan],
  ["sec", (x) => 1 / Math.cos(x)],
  ["csc", (x) => 1 / Math.sin(x)],
  ["cot", (x) => 1 / Math.tan(x)],
  ["sinh", Math.sinh],
  ["cosh", Math.cosh],
  ["tanh", Math.tanh],
  ["sech", (x) => 1 / Math.cosh(x)],
  ["csch", (x) => 1 / Math.sinh(x)],
  ["coth", (x) => 1 / Math.tanh(x)],
  ["arctan", Math.atan],
  ["arcsinh", Math.asinh],
  ["arccot", (x) => Math.atan(1 / x)],
  ["arccsch", (x) => Math.asinh(1 / x)],
];

describe("operators", () => {
  it.each(binary)("%s of two numbers is that of the host, known or traced", (op, host) => {
    for (const [a, b] of [
      [2.5, 0.75],
      [3, 7.25],
    ] as const) {
      const expression = apply(op, name("a"), name("b"));
      expect(known(expression, { a, b })).toBeCloseTo(host(a, b), 13);
      expect(traced(expression, { a, b })).toBeCloseTo(host(a, b), 12);
    }
  });

  it.each(unary)("%s of one number is that of the host, known or traced", (op, host) => {
    for (const x of [0.4, 1.75]) {
      expect(known(apply(op, name("x")), { x })).toBeCloseTo(host(x), 13);
      expect(traced(apply(op, name("x")), { x })).toBeCloseTo(host(x), 12);
    }
  });

  it("have inverse functions within their domains", () => {
    for (const [op, host, x] of [
      ["arcsin", Math.asin, 0.3],
      ["arccos", Math.acos, 0.3],
      ["arctanh", Math.atanh, 0.3],
      ["arcsech", (y: number) => Math.acosh(1 / y), 0.3],
      ["arccosh", Math.acosh, 1.7],
      ["arcsec", (y: number) => Math.acos(1 / y), 1.7],
      ["arccsc", (y: number) => Math.asin(1 / y), 1.7],
      ["arccoth", (y: number) => Math.atanh(1 / y), 1.7],
    ] as const) {
      expect(known(apply(op, name("x")), { x })).toBeCloseTo(host(x), 13);
      expect(traced(apply(op, name("x")), { x })).toBeCloseTo(host(x), 12);
    }
  });

  it("take any number of arguments, also none", () => {
    expect(known(apply("plus"))).toBe(0);
    expect(known(apply("times"))).toBe(1);
    expect(known(apply("and"))).toBe(true);
    expect(known(apply("or"))).toBe(false);
    expect(known(apply("xor"))).toBe(false);
    expect(known(apply("plus", number(1), number(2), number(3)))).toBe(6);
    expect(known(apply("lt", number(1), number(2), number(2)))).toBe(false);
    expect(known(apply("leq", number(1), number(2), number(2)))).toBe(true);
  });

  it("count truth values as 1 and 0, and numbers as true where they are not 0", () => {
    const isLess = apply("lt", name("x"), number(1));
    expect(traced(apply("plus", isLess, number(3)), { x: 0.5 })).toBe(4);
    expect(known(apply("and", number(2), apply("not", number(0))))).toBe(true);
    expect(known(apply("implies", number(1), number(0)))).toBe(false);
  });

  it("have the factorial, which is no number for what is no integer", () => {
    expect(known(apply("factorial", number(5)))).toBe(120);
    expect(traced(apply("factorial", name("x")), { x: 6 })).toBe(720);
    expect(known(apply("factorial", number(2.5)))).toBeNaN();
    expect(traced(apply("factorial", name("x")), { x: -1 })).toBeNaN();
  });
});

describe("piecewise", () => {
  const steps = piecewise(
    [
      [number(1), apply("lt", name("x"), number(1))],
      [number(2), apply("lt", name("x"), number(2))],
    ],
    number(3),
  );

  it("has the value of the first piece whose condition holds, else the last", () => {
    for (const [x, wanted] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const) {
      expect(known(steps, { x })).toBe(wanted);
      expect(traced(steps, { x })).toBe(wanted);
    }
  });

  it("is no number where no piece holds and there is no last one", () => {
    const open = piecewise([[number(1), apply("lt", name("x"), number(1))]]);
    expect(traced(open, { x: 0 })).toBe(1);
    expect(traced(open, { x: 2 })).toBeNaN();
  });

  it("computes what known conditions leave open alone", () => {
    const half = piecewise([[apply("divide", name("x"), number(2)), { kind: "boolean", value: true }]], name("y"));
    expect(toNumber(known(half, { x: 4 }))).toBe(2);
  });
});

describe("derivatives", () => {
  it("at 0 of powers are numbers", () => {
    expect(slope(apply("power", name("x"), number(0)), 0)).toBe(0);
    expect(slope(apply("power", name("x"), number(1)), 0)).toBe(1);
    expect(slope(apply("power", name("x"), number(2)), 0)).toBe(0);
    expect(slope(apply("power", name("x"), number(0.5)), 0)).toBe(0);
    expect(slope(apply("power", name("x"), number(1.5)), 0)).toBe(0);
    for (const n of [0, 0.5, 1, 2, 4]) expect(slope(apply("power", name("x"), name("n")), 0, { n })).not.toBeNaN();
    expect(traced(apply("power", name("x"), name("n")), { x: 0, n: 0 })).toBe(1);
  });

  it("by the exponent at a base of 0 are numbers", () => {
    const power = apply("power", name("b"), name("x"));
    for (const n of [1, 2, 3.5]) expect(slope(power, n, { b: 0 })).toBe(0);
  });

  it("of integer powers of negative numbers are those of the polynomial, also where the exponent is a parameter", () => {
    for (const exponent of [number(3), name("n")]) {
      expect(slope(apply("power", name("x"), exponent), -2, { n: 3 })).toBeCloseTo(12, 12);
      expect(traced(apply("power", name("x"), exponent), { x: -2, n: 3 })).toBeCloseTo(-8, 12);
    }
    const hill = apply(
      "divide",
      apply("power", name("x"), name("n")),
      apply("plus", number(1), apply("power", name("x"), name("n"))),
    );
    expect(slope(hill, -0.5, { n: 2 })).toBeCloseTo(-1 / 1.25 ** 2, 12);
  });

  it("of the square root at 0 count as 0", () => {
    expect(slope(apply("root", name("x")), 0)).toBe(0);
    expect(slope(apply("root", number(2), name("x")), 0)).toBe(0);
  });

  it("know nothing of branches that are not taken", () => {
    const positive = apply("gt", name("x"), number(0));
    for (const branch of [
      apply("ln", name("x")),
      apply("divide", number(1), name("x")),
      apply("power", name("x"), number(-2.5)),
      apply("root", name("x")),
      apply("exp", apply("divide", number(1), name("x"))),
    ]) {
      const guarded = piecewise([[branch, positive]], apply("times", number(3), name("x")));
      expect(slope(guarded, 0)).toBe(3);
      expect(slope(guarded, -1)).toBe(3);
      const h = 1e-6;
      const difference = (traced(guarded, { x: 2 + h }) - traced(guarded, { x: 2 - h })) / (2 * h);
      expect(slope(guarded, 2)).toBeCloseTo(difference, 6);
    }
  });

  it("of shared parts are computed once", () => {
    let asked = 0;
    const names: Names = { ...namesOf({}), value: () => (asked++, np.array(2)) };
    const shared = apply("exp", name("x"));
    const value = compileExpression(apply("plus", shared, apply("times", shared, shared)), names);
    expect(isTensor(value)).toBe(true);
    expect(asked).toBe(1);
  });
});
