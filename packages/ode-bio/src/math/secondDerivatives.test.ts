import { describe, expect, it } from "@jest/globals";
import { grad, jvp, np, type Tensor } from "@simgrad/core";
import { compileExpression } from "./compileExpression.js";
import type { Expression, NumericOperator } from "./expression.js";
import { toTensor } from "./value.js";

const number = (value: number): Expression => ({ kind: "number", value });
const x: Expression = { kind: "name", id: "x" };
const n: Expression = { kind: "name", id: "n" };
const apply = (op: NumericOperator, ...args: readonly Expression[]): Expression => ({ kind: "apply", op, args });

type Curve = (at: Tensor) => Tensor;
const curveOf =
  (expression: Expression, exponent = 0): Curve =>
  (at) =>
    toTensor(
      compileExpression(expression, {
        value: (id) => (id === "x" ? at : np.array(exponent, "float64")),
        rateOf: () => 0,
        time: 0,
      }),
    );
const reverse = (curve: Curve, at: number): number => grad((y: Tensor) => grad(curve)(y))(at).item();
const tangent =
  (curve: Curve): Curve =>
  (at) =>
    jvp(curve, [at], [np.array(1, "float64")])[1];
const forward = (curve: Curve, at: number): number => tangent(tangent(curve))(np.array(at, "float64")).item();

const within: readonly (readonly [NumericOperator, number])[] = [
  ...(["sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth"] as const).map(
    (op) => [op, 0.7] as const,
  ),
  ...(["arcsin", "arccos", "arctan", "arccot", "arcsinh", "arccsch", "arctanh", "arcsech"] as const).map(
    (op) => [op, 0.4] as const,
  ),
  ...(["arcsec", "arccsc", "arccosh", "arccoth"] as const).map((op) => [op, 1.7] as const),
  ...(["arctan", "arccot", "arcsinh", "arccsch", "coth", "csch", "cot"] as const).map((op) => [op, -0.6] as const),
  ...(["exp", "ln", "log", "root"] as const).map((op) => [op, 1.3] as const),
];

describe("first and second derivatives", () => {
  it.each(within)("of %s at %d are those of differences, forward and in reverse", (op, at) => {
    const curve = curveOf(apply(op, x));
    const value = (y: number): number => curve(np.array(y, "float64")).item();
    const h = 1e-3;
    const slope = (y: number): number =>
      (8 * (value(y + h) - value(y - h)) - (value(y + 2 * h) - value(y - 2 * h))) / (12 * h);
    const own = grad(curve)(at).item();
    expect(Math.abs(own - slope(at))).toBeLessThan(1e-9 * (1 + Math.abs(own)));
    const bend = (slope(at + h) - slope(at - h)) / (2 * h);
    for (const second of [reverse(curve, at), forward(curve, at)]) {
      expect(Math.abs(second - bend)).toBeLessThan(2e-5 * (1 + Math.abs(second)));
    }
  });

  it.each([0, 0.5, 1, 1.5, 2, 2.5, 3])("of x^%d at 0 are numbers, whether the exponent is known or not", (exponent) => {
    const [slope, bend] = [exponent === 1 ? 1 : 0, exponent === 2 ? 2 : 0];
    for (const power of [apply("power", x, number(exponent)), apply("power", x, n)]) {
      const curve = curveOf(power, exponent);
      expect(grad(curve)(0).item()).toBe(slope);
      expect(reverse(curve, 0)).toBe(bend);
      expect(forward(curve, 0)).toBe(bend);
    }
  });

  it.each([2, 3, -2, -1])("of x^%d at -2 are those of the monomial", (exponent) => {
    const bend = exponent * (exponent - 1) * (-2) ** (exponent - 2);
    for (const power of [apply("power", x, number(exponent)), apply("power", x, n)]) {
      const curve = curveOf(power, exponent);
      expect(grad(curve)(-2).item()).toBeCloseTo(exponent * (-2) ** (exponent - 1), 12);
      expect(reverse(curve, -2)).toBeCloseTo(bend, 12);
      expect(forward(curve, -2)).toBeCloseTo(bend, 12);
    }
  });

  it("of an odd root of a negative number are real", () => {
    const curve = curveOf(apply("root", number(3), x));
    expect(curve(np.array(-8, "float64")).item()).toBeCloseTo(-2, 14);
    expect(grad(curve)(-8).item()).toBeCloseTo(1 / 12, 14);
    expect(reverse(curve, -8)).toBeCloseTo(1 / 144, 14);
  });
});
