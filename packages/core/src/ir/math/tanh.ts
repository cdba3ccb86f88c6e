import { mathProgram, scaleByPow2 } from "./build.js";
import { expMinusOne, reduceByLn2 } from "./exp.js";
import type { MathProgram } from "./program.js";

/**
 * tanh(x) = x + x^3 P(x^2) / Q(x^2) for |x| < 0.625, relative error below 2^-56.
 * Source: Cephes (S. L. Moshier 1995), tanh.c, constants P and Q; from the constant term upwards.
 */
const numerator = [-1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1];
const denominator = [4.84406305325125486048e3, 2.2354883906010044858e3, 1.12811678491632931402e2, 1];

/** Hyperbolic tangent: a rational function near 0, 1 - 2 / (e^2x + 1) elsewhere. */
export const tanh: MathProgram = mathProgram("tanh", 1, (b) => {
  const x = b.abs(b.arg(0));
  const one = b.constant(1);
  const z = b.mul(x, x);
  const cubic = b.mul(x, b.mul(z, b.div(b.horner(z, numerator), b.horner(z, denominator))));
  const near = b.add(x, cubic);

  // Beyond 22 the result is 1 to the last bit.
  const { n, rest } = reduceByLn2(b, b.mul(b.constant(2), b.min(x, b.constant(22))));
  const { high, low } = expMinusOne(b, rest);
  const exponential = scaleByPow2(b, b.add(one, b.add(high, low)), n);
  const far = b.sub(one, b.div(b.constant(2), b.add(exponential, one)));
  return b.copysign(b.select(b.lt(x, b.constant(0.625)), near, far), b.arg(0));
});
