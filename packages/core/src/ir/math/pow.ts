import { divDouble, fastTwoSum, mathProgram, mulDouble, scaleByPow2, twoProduct, twoSum } from "./build.js";
import type { Double, MathBuilder } from "./build.js";
import { expMinusOne } from "./exp.js";
import type { MathProgram, NodeId } from "./program.js";

/** 2/ln 2, ln 2, 1/3 and log2(3/2) to 106 bits, by mpmath. */
const twoOverLn2 = [2.8853900817779268, 4.0710547481862066e-17] as const;
const ln2 = [0.6931471805599453, 2.3190468138462996e-17] as const;
const third = [0.3333333333333333, 1.850371707708594e-17] as const;
const log2OfThreeHalves = [0.5849625007211562, -5.224490061390109e-18] as const;

/**
 * x^y = 2^(y log2 |x|), the exponent to about 2^-66 of itself, with the special cases of IEEE 754-2019, section 9.2.1
 * (which differ from JavaScript's in 1^y = 1 for every y, and (-1)^(+-infinity) = 1).
 */
export const pow: MathProgram = mathProgram("pow", 2, (b) => {
  const x = b.arg(0);
  const y = b.arg(1);
  const zero = b.constant(0);
  const one = b.constant(1);
  const infinity = b.constant(Infinity);
  const base = b.abs(x);

  // Beyond 2^65, every base but 1 gives 0 or infinity.
  const bounded = b.max(b.min(y, b.constant(2 ** 65)), b.constant(-(2 ** 65)));
  const logarithm = log2Double(b, base);
  const product = twoProduct(b, bounded, logarithm.high);
  const low = b.add(product.low, b.mul(bounded, logarithm.low));
  const magnitude = exp2Double(b, { high: product.high, low });

  const endless = b.or(b.eq(base, zero), b.eq(base, infinity));
  const upward = b.or(b.and(b.eq(base, zero), b.lt(y, zero)), b.and(b.eq(base, infinity), b.lt(zero, y)));
  const positive = b.select(endless, b.select(upward, infinity, zero), magnitude);

  const half = b.mul(y, b.constant(0.5));
  const integer = b.eq(b.floor(y), y);
  const odd = b.and(integer, b.not(b.eq(b.floor(half), half)));
  const signed = b.select(odd, b.copysign(positive, x), positive);
  const numbers = b.and(b.eq(x, x), b.eq(y, y));
  const complex = b.and(b.and(b.lt(x, zero), b.lt(base, infinity)), b.not(integer));
  const result = b.select(b.and(numbers, b.not(complex)), signed, b.constant(NaN));
  return b.select(b.or(b.eq(y, zero), b.eq(x, one)), one, result);
});

/**
 * log2 of a positive finite x: k + log2(c) + 2/ln 2 (s + s^3/3 + s^5/5 + ...), with x = 2^k m, a center c of 1 or 3/2, and
 * s = (m - c) / (m + c), |s| <= 0.101; the first two terms in double-double, the rest (below 2^-15 of the sum) in float64.
 */
function log2Double(b: MathBuilder, x: NodeId): Double {
  const zero = b.constant(0);
  const subnormal = b.lt(x, b.constant(2 ** -1022));
  const normal = b.select(subnormal, b.mul(x, b.constant(2 ** 54)), x);
  const exponent = b.sub(b.exponent(normal), b.select(subnormal, b.constant(54), zero));
  const mantissa = b.mantissa(normal);

  // Intervals end at sqrt(3/2) and sqrt(3).
  const middle = b.lt(b.constant(1.224744871391589), mantissa);
  const upper = b.lt(b.constant(1.7320508075688772), mantissa);
  const k = b.select(upper, b.add(exponent, b.constant(1)), exponent);
  const m = b.select(upper, b.mul(mantissa, b.constant(0.5)), mantissa);
  const centered = b.and(middle, b.not(upper));
  const center = b.select(centered, b.constant(1.5), b.constant(1));

  const s = divDouble(b, { high: b.sub(m, center), low: zero }, twoSum(b, m, center));
  const z = mulDouble(b, s, s);
  const coefficients: number[] = [];
  for (let j = 2; j <= 10; j++) coefficients.push(1 / (2 * j + 1));
  const tail = b.mul(b.mul(z.high, z.high), b.horner(z.high, coefficients));
  const cubic = mulDouble(b, z, { high: b.constant(third[0]), low: b.constant(third[1]) });
  const beyond = fastTwoSum(b, cubic.high, b.add(cubic.low, tail));
  const factor = fastTwoSum(b, b.constant(1), beyond.high);
  const series = mulDouble(b, s, { high: factor.high, low: b.add(factor.low, beyond.low) });
  const scaled = mulDouble(b, series, { high: b.constant(twoOverLn2[0]), low: b.constant(twoOverLn2[1]) });

  const whole = twoSum(b, k, b.select(centered, b.constant(log2OfThreeHalves[0]), zero));
  const total = twoSum(b, whole.high, scaled.high);
  const smallest = b.add(scaled.low, b.select(centered, b.constant(log2OfThreeHalves[1]), zero));
  return fastTwoSum(b, total.high, b.add(total.low, b.add(whole.low, smallest)));
}

/** 2^(high + low), for |low| at most about 2^-40 unless the result overflows or underflows by far. */
function exp2Double(b: MathBuilder, { high, low }: Double): NodeId {
  const top = b.max(b.min(high, b.constant(1100)), b.constant(-1100));
  const bottom = b.select(b.eq(top, high), low, b.constant(0));
  const n = b.nearest(top);
  const rest = twoSum(b, b.sub(top, n), bottom);
  const natural = mulDouble(b, rest, { high: b.constant(ln2[0]), low: b.constant(ln2[1]) });
  const e = expMinusOne(b, natural);
  return scaleByPow2(b, b.add(b.constant(1), b.add(e.high, e.low)), n);
}
