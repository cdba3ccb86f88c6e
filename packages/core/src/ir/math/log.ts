import { mathProgram, twoSum } from "./build.js";
import type { MathBuilder } from "./build.js";
import { ln2High, ln2Low } from "./exp.js";
import type { MathProgram, NodeId } from "./program.js";

/**
 * Minimax coefficients of (log((1+s)/(1-s)) - 2s) / s in z = s^2, s in [0, 0.1716]: error below 2^-58.45.
 * Source: FreeBSD msun, e_log.c (Sun Microsystems 1993), constants Lg1 to Lg7.
 */
const logCoefficients = [
  6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1,
];

/** x = 2^k * m with m in [sqrt(1/2), sqrt(2)), for a positive finite x, subnormal or not. */
export function splitBinary(b: MathBuilder, x: NodeId): { readonly k: NodeId; readonly m: NodeId } {
  const subnormal = b.lt(x, b.constant(2 ** -1022));
  const normal = b.select(subnormal, b.mul(x, b.constant(2 ** 54)), x);
  const exponent = b.sub(b.exponent(normal), b.select(subnormal, b.constant(54), b.constant(0)));
  const mantissa = b.mantissa(normal);
  const upper = b.lt(b.constant(Math.SQRT2), mantissa);
  return {
    k: b.select(upper, b.add(exponent, b.constant(1)), exponent),
    m: b.select(upper, b.mul(mantissa, b.constant(0.5)), mantissa),
  };
}

/** k ln 2 + log(1 + f) + correction, for |f| < 0.42 and a small correction. */
function logOfParts(b: MathBuilder, k: NodeId, f: NodeId, correction: NodeId | null): NodeId {
  const s = b.div(f, b.add(b.constant(2), f));
  const z = b.mul(s, s);
  const tail = b.mul(z, b.horner(z, logCoefficients));
  const halfSquare = b.mul(b.mul(b.constant(0.5), f), f);
  const low = b.mul(k, b.constant(ln2Low));
  const small = b.add(b.mul(s, b.add(halfSquare, tail)), correction === null ? low : b.add(low, correction));
  return b.sub(b.mul(k, b.constant(ln2High)), b.sub(b.sub(halfSquare, small), f));
}

/** `result` for x strictly between `zero` and infinity; the limits, and NaN beside them. */
function withLimits(b: MathBuilder, x: NodeId, zero: number, result: NodeId): NodeId {
  const infinity = b.constant(Infinity);
  const above = b.select(b.lt(x, infinity), result, x);
  const below = b.select(b.eq(x, b.constant(zero)), b.constant(-Infinity), b.constant(NaN));
  return b.select(b.lt(b.constant(zero), x), above, below);
}

/** Natural logarithm: k ln 2 + log m, log m = f - f^2/2 + s (f^2/2 + R(s^2)) with f = m - 1, s = f / (2 + f). */
export const log: MathProgram = mathProgram("log", 1, (b) => {
  const x = b.arg(0);
  const { k, m } = splitBinary(b, x);
  return withLimits(b, x, 0, logOfParts(b, k, b.sub(m, b.constant(1)), null));
});

/** log(1 + x): the logarithm of the rounded u = 1 + x, and (1 + x - u) / u for what the rounding lost. */
export const log1p: MathProgram = mathProgram("log1p", 1, (b) => {
  const x = b.arg(0);
  const one = b.constant(1);
  const u = twoSum(b, one, x);
  const { k, m } = splitBinary(b, u.high);
  // Where k is 0, x itself is f.
  const near = b.eq(k, b.constant(0));
  const f = b.select(near, x, b.sub(m, one));
  const correction = b.select(near, b.constant(0), b.div(u.low, u.high));
  const result = withLimits(b, x, -1, logOfParts(b, k, f, correction));
  // The result has the sign of x, -0 included.
  return b.copysign(result, x);
});
