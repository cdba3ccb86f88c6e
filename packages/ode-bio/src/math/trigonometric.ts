import { np, type Tensor } from "@simgrad/core";
import type { Trigonometric } from "./expression.js";

type Scalar = number | Tensor;
type Guard = (x: Scalar, harmless: number) => Scalar;
type Rule = (args: readonly Scalar[], guard: Guard) => Scalar;

/** An argument at which all of a function's derivatives are finite, and the function of known and unknown numbers. */
function rule(harmless: number, known: (x: number) => number, traced: (x: Tensor) => Tensor): Rule {
  return ([x], guard) => {
    const argument = guard(x!, harmless);
    return typeof argument === "number" ? known(argument) : traced(argument);
  };
}

/** Trigonometric and hyperbolic functions and their inverses (Abramowitz and Stegun, 4.3 to 4.6), principal values. */
export const trigonometric: { readonly [K in Trigonometric]: Rule } = {
  sin: rule(0, Math.sin, np.sin),
  cos: rule(0, Math.cos, np.cos),
  tan: rule(0, Math.tan, np.tan),
  sec: rule(
    0,
    (x) => 1 / Math.cos(x),
    (x) => np.divide(1, np.cos(x)),
  ),
  csc: rule(
    1,
    (x) => 1 / Math.sin(x),
    (x) => np.divide(1, np.sin(x)),
  ),
  cot: rule(
    1,
    (x) => 1 / Math.tan(x),
    (x) => np.divide(1, np.tan(x)),
  ),
  sinh: rule(0, Math.sinh, np.sinh),
  cosh: rule(0, Math.cosh, np.cosh),
  tanh: rule(0, Math.tanh, np.tanh),
  sech: rule(
    0,
    (x) => 1 / Math.cosh(x),
    (x) => np.divide(1, np.cosh(x)),
  ),
  csch: rule(
    1,
    (x) => 1 / Math.sinh(x),
    (x) => np.divide(1, np.sinh(x)),
  ),
  coth: rule(
    1,
    (x) => 1 / Math.tanh(x),
    (x) => np.divide(1, np.tanh(x)),
  ),
  arcsin: rule(0, Math.asin, np.arcsin),
  arccos: rule(0, Math.acos, np.arccos),
  arctan: rule(0, Math.atan, np.arctan),
  arcsec: rule(
    2,
    (x) => Math.acos(1 / x),
    (x) => np.arccos(np.divide(1, x)),
  ),
  arccsc: rule(
    2,
    (x) => Math.asin(1 / x),
    (x) => np.arcsin(np.divide(1, x)),
  ),
  arccot: rule(
    0,
    (x) => (x < 0 ? -1 : 1) * (Math.PI / 2) - Math.atan(x),
    (x) => np.subtract(np.where(np.less(x, 0), -Math.PI / 2, Math.PI / 2), np.arctan(x)),
  ),
  arcsinh: rule(0, Math.asinh, areaSine),
  arccosh: rule(2, Math.acosh, areaCosine),
  arctanh: rule(0, Math.atanh, areaTangent),
  arcsech: rule(
    0.5,
    (x) => Math.acosh(1 / x),
    (x) => areaCosine(np.divide(1, x)),
  ),
  arccsch: rule(
    1,
    (x) => Math.asinh(1 / x),
    (x) => areaSine(np.divide(1, x)),
  ),
  arccoth: rule(
    2,
    (x) => Math.atanh(1 / x),
    (x) => areaTangent(np.divide(1, x)),
  ),
};

/** ln(x + sqrt(x^2 + 1)), with the sign outside so that nothing cancels. */
function areaSine(x: Tensor): Tensor {
  const isNegative = np.less(x, 0);
  const size = np.where(isNegative, np.negative(x), x);
  const square = np.square(size);
  const value = np.log1p(np.add(size, np.divide(square, np.add(np.sqrt(np.add(square, 1)), 1))));
  return np.where(isNegative, np.negative(value), value);
}

/** ln(x + sqrt(x - 1) sqrt(x + 1)). */
function areaCosine(x: Tensor): Tensor {
  return np.log(np.add(x, np.multiply(np.sqrt(np.subtract(x, 1)), np.sqrt(np.add(x, 1)))));
}

/** ln((1 + x) / (1 - x)) / 2. */
function areaTangent(x: Tensor): Tensor {
  return np.multiply(np.log1p(np.divide(np.multiply(x, 2), np.subtract(1, x))), 0.5);
}
