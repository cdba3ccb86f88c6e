import { fastTwoSum, mathProgram, scaleByPow2 } from "./build.js";
import type { Double, MathBuilder } from "./build.js";
import type { MathProgram, NodeId } from "./program.js";

/** ln 2 = high + low; high has 33 bits, so that its product with an integer below 2^20 is exact. */
export const ln2High = 0.6931471803691238;
/** See `ln2High`. */
export const ln2Low = 1.9082149292705877e-10;

const log2e = 1.4426950408889634;

/** x = n ln 2 + high + low with an integer n and |high| at most about 0.35; |x| below 2^10. */
export function reduceByLn2(b: MathBuilder, x: NodeId): { readonly n: NodeId; readonly rest: Double } {
  const n = b.nearest(b.mul(x, b.constant(log2e)));
  const coarse = b.sub(x, b.mul(n, b.constant(ln2High)));
  const correction = b.mul(n, b.constant(ln2Low));
  const high = b.sub(coarse, correction);
  return { n, rest: { high, low: b.sub(b.sub(coarse, high), correction) } };
}

/**
 * exp(r) - 1 for r = high + low, |r| <= 0.35, as an unevaluated sum of r's high part and a second part that is less than
 * a fifth of it. Taylor series to r^13 / 13!; the first term left out is below 2^-57 of r.
 */
export function expMinusOne(b: MathBuilder, rest: Double): Double {
  const factorials: number[] = [];
  for (let k = 2, factorial = 2; k <= 13; k++, factorial *= k) factorials.push(1 / factorial);
  const square = b.mul(rest.high, rest.high);
  const tail = b.mul(square, b.horner(rest.high, factorials));
  // The derivative of the tail, r, times the low part is the first order of what the low part adds beyond itself.
  const low = b.add(rest.low, b.mul(rest.low, rest.high));
  return { high: rest.high, low: b.add(low, tail) };
}

/** e^x: 2^n e^r with r = x - n ln 2. */
export const exp: MathProgram = mathProgram("exp", 1, (b) => {
  // Below -746 the result is 0, above 710 infinite; between, both halves of 2^n are normal.
  const x = b.max(b.min(b.arg(0), b.constant(710)), b.constant(-746));
  const { n, rest } = reduceByLn2(b, x);
  const { high, low } = expMinusOne(b, rest);
  return scaleByPow2(b, b.add(b.constant(1), b.add(high, low)), n);
});

/** e^x - 1: 2^n ((1 - 2^-n) + (e^r - 1)), the bracket summed without loss. */
export const expm1: MathProgram = mathProgram("expm1", 1, (b) => {
  // Below -60 the result is -1.
  const x = b.max(b.min(b.arg(0), b.constant(710)), b.constant(-60));
  const { n, rest } = reduceByLn2(b, x);
  const { high, low } = expMinusOne(b, rest);
  const inverse = b.pow2(b.max(b.neg(n), b.constant(-1022)));
  const sum = fastTwoSum(b, b.sub(b.constant(1), inverse), high);
  const result = scaleByPow2(b, b.add(sum.high, b.add(sum.low, low)), n);
  // The result has the sign of x, -0 included.
  return b.copysign(result, b.arg(0));
});
