import { divDouble, fastTwoSum, mathProgram, mulDouble, twoProduct, twoSum } from "./build.js";
import type { Double, MathBuilder } from "./build.js";
import type { MathProgram, NodeId, SlowName } from "./program.js";

/** An angle x = n pi/2 + rest: n modulo 4, and |rest| at most about pi/4. */
interface Reduced {
  readonly quadrant: NodeId;
  readonly rest: Double;
}

/**
 * Minimax coefficients of (sin(r) - r) / r^3 and (cos(r) - 1 + r^2/2) / r^4 in r^2, r in [0, pi/4]: errors below 2^-58.
 * Source: FreeBSD msun, k_sin.c and k_cos.c (Sun Microsystems 1993), constants S1 to S6 and C1 to C6.
 */
const sinCoefficients = [
  -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6,
  -2.50507602534068634195e-8, 1.58969099521155010221e-10,
];
const cosCoefficients = [
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5, -2.75573143513906633035e-7,
  2.0875723212981748279e-9, -1.13596475577881948265e-11,
];

/** pi/2 in three pieces of 33 bits, whose products with an integer below 2^20 are exact, and the rest. */
const halfPiPieces = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32];
/** pi/2 to 106 bits. */
const halfPi = [1.5707963267948966, 6.123233995736766e-17] as const;

/** Beyond, n of the quick reduction has more than 20 bits: 2^20 pi/2. */
const quickLimit = 1647099;

/** Below, sin x and tan x are x, and cos x is 1; and squares do not underflow. */
const tiny = 2 ** -27;

/** 2/pi in 24-bit digits after the point (by mpmath), after three zeros for the indices -3 to -1. */
const twoOverPi = [
  0, 0, 0, 10680707, 7228996, 1387004, 2578385, 16069853, 12639074, 9804092, 4427841, 16666979, 11263675, 12935607,
  2387514, 4345298, 14681673, 3074569, 13734428, 16653803, 1880361, 10960616, 8533493, 3062596, 8710556, 7349940,
  6258241, 3772886, 3769171, 3798172, 8675211, 12450088, 3874808, 9961438, 366607, 15675153, 9132554, 7151469, 3571407,
  2607881, 12013382, 4155038, 6285869, 7677882, 13102053, 15825725, 473591, 9065106, 15363067, 6271263, 9264392,
  5636912, 4652155, 7056368, 13614112, 10155062, 1944035,
];

/** Sine. */
export const sin: MathProgram = quick("sin", "sinHuge", sinOf);
/** Cosine. */
export const cos: MathProgram = quick("cos", "cosHuge", cosOf);
/** Tangent. */
export const tan: MathProgram = quick("tan", "tanHuge", tanOf);

/** The same functions for arguments beyond 2^20 pi/2, where `slow` nodes call them: scalar, with a table. */
export const slowPrograms: { readonly [K in SlowName]: MathProgram } = {
  sinHuge: mathProgram("sinHuge", 1, (b) => sinOf(b, reduceHuge(b, b.arg(0)))),
  cosHuge: mathProgram("cosHuge", 1, (b) => cosOf(b, reduceHuge(b, b.arg(0)))),
  tanHuge: mathProgram("tanHuge", 1, (b) => tanOf(b, reduceHuge(b, b.arg(0)))),
};

function quick(
  name: "sin" | "cos" | "tan",
  slowName: SlowName,
  of: (b: MathBuilder, reduced: Reduced) => NodeId,
): MathProgram {
  return mathProgram(name, 1, (b) => {
    const x = b.arg(0);
    const magnitude = b.abs(x);
    const small = b.lt(magnitude, b.constant(tiny));
    const result = b.select(small, name === "cos" ? b.constant(1) : x, of(b, reduceQuick(b, x)));
    return b.slow(slowName, b.lt(b.constant(quickLimit), magnitude), x, result);
  });
}

/** Cody and Waite's reduction with pi/2 in pieces; rest is good to about 2^-106 of itself for every float64 in range. */
function reduceQuick(b: MathBuilder, x: NodeId): Reduced {
  const n = b.nearest(b.mul(x, b.constant(2 / Math.PI)));
  const [first, second, third, fourth] = halfPiPieces.map((piece) => b.mul(n, b.constant(piece))) as [
    NodeId,
    NodeId,
    NodeId,
    NodeId,
  ];
  const one = b.sub(x, first);
  const two = twoSum(b, one, b.neg(second));
  const three = twoSum(b, two.high, b.neg(third));
  const low = b.sub(b.add(two.low, three.low), fourth);
  return { quadrant: modulo4(b, n), rest: fastTwoSum(b, three.high, low) };
}

/**
 * Payne and Hanek's reduction (Radian reduction for trigonometric functions, SIGNUM Newsletter 18, 1983), in digits of
 * 24 bits: x = M 2^(24 g) with an integer M below 2^77, and of x 2/pi only the digits with weights 2^0 (quadrant) to
 * 2^-168 are computed, from those digits of 2/pi that reach them.
 */
function reduceHuge(b: MathBuilder, x: NodeId): Reduced {
  const radix = 2 ** 24;
  const c = (value: number): NodeId => b.constant(value);
  const shift = b.sub(b.exponent(x), c(52));
  const g = b.floor(b.div(shift, c(24)));
  const scale = b.sub(shift, b.mul(g, c(24)));

  // Digits of M, the lowest first; M = mantissa * 2^(52 + scale).
  let rest = b.mul(b.mantissa(x), b.pow2(b.sub(scale, c(20))));
  const top = b.floor(rest);
  const digits = [top];
  rest = b.sub(rest, top);
  for (let i = 0; i < 3; i++) {
    const shifted = b.mul(rest, c(radix));
    const digit = b.floor(shifted);
    digits.unshift(digit);
    rest = b.sub(shifted, digit);
  }

  // The digit of weight 2^(-24 k) is the sum over i of digit i of M times digit g + k + i - 1 of 2/pi.
  const last = 7;
  const base = b.add(g, c(3));
  const pieces: NodeId[] = [];
  for (let j = -1; j < last + digits.length - 1; j++) pieces.push(b.table(twoOverPi, b.add(base, c(j))));
  const sums: NodeId[] = [];
  for (let k = 0; k <= last; k++) {
    sums.push(digits.map((digit, i) => b.mul(digit, pieces[k + i] as NodeId)).reduce((a, d) => b.add(a, d)));
  }
  // Carries, from the lowest digit up; every number stays an integer below 2^53.
  for (let k = last; k > 0; k--) {
    const carry = b.floor(b.mul(sums[k] as NodeId, c(1 / radix)));
    sums[k] = b.sub(sums[k] as NodeId, b.mul(carry, c(radix)));
    sums[k - 1] = b.add(sums[k - 1] as NodeId, carry);
  }
  const pair = (k: number): NodeId =>
    b.add(b.mul(sums[k] as NodeId, c(radix ** -k)), b.mul(sums[k + 1] as NodeId, c(radix ** -(k + 1))));
  const fraction = pair(1);
  const up = b.nearest(fraction);
  const turn = twoSum(b, b.sub(fraction, up), pair(3));
  const quarter = fastTwoSum(b, turn.high, b.add(turn.low, b.add(pair(5), b.mul(sums[7] as NodeId, c(radix ** -7)))));
  const angle = mulDouble(b, quarter, { high: c(halfPi[0]), low: c(halfPi[1]) });

  // All of this was of |x|; x - x is NaN for infinities, which have no digits.
  const sign = b.copysign(c(1), x);
  const poison = b.sub(x, x);
  return {
    quadrant: modulo4(b, b.mul(sign, b.add(sums[0] as NodeId, up))),
    rest: { high: b.add(b.mul(sign, angle.high), poison), low: b.mul(sign, angle.low) },
  };
}

/** n modulo 4 in {0, 1, 2, 3}, for an integer n. */
function modulo4(b: MathBuilder, n: NodeId): NodeId {
  return b.sub(n, b.mul(b.constant(4), b.floor(b.mul(n, b.constant(0.25)))));
}

/** sin(rest), the second part at most a tenth of the first. */
function kernelSin(b: MathBuilder, { high, low }: Double): Double {
  const z = b.mul(high, high);
  const cubic = b.mul(high, b.mul(z, b.horner(z, sinCoefficients)));
  // d sin = cos r dr, cos r = 1 - r^2/2 to what the low part needs.
  const first = b.sub(low, b.mul(b.mul(b.constant(0.5), z), low));
  return { high, low: b.add(cubic, first) };
}

/** cos(rest). */
function kernelCos(b: MathBuilder, { high, low }: Double): Double {
  const square = twoProduct(b, high, high);
  const z = square.high;
  const half = b.mul(b.constant(0.5), z);
  const one = fastTwoSum(b, b.constant(1), b.neg(half));
  const tail = b.mul(b.mul(z, z), b.horner(z, cosCoefficients));
  const small = b.add(b.mul(b.constant(0.5), square.low), b.mul(high, low));
  return { high: one.high, low: b.add(b.sub(one.low, small), tail) };
}

function quadrantIs(b: MathBuilder, quadrant: NodeId, first: number, second: number): NodeId {
  return b.or(b.eq(quadrant, b.constant(first)), b.eq(quadrant, b.constant(second)));
}

function sinOf(b: MathBuilder, { quadrant, rest }: Reduced): NodeId {
  const sine = kernelSin(b, rest);
  const cosine = kernelCos(b, rest);
  const odd = quadrantIs(b, quadrant, 1, 3);
  const value = b.select(odd, b.add(cosine.high, cosine.low), b.add(sine.high, sine.low));
  return b.select(quadrantIs(b, quadrant, 2, 3), b.neg(value), value);
}

function cosOf(b: MathBuilder, { quadrant, rest }: Reduced): NodeId {
  const sine = kernelSin(b, rest);
  const cosine = kernelCos(b, rest);
  const odd = quadrantIs(b, quadrant, 1, 3);
  const value = b.select(odd, b.add(sine.high, sine.low), b.add(cosine.high, cosine.low));
  return b.select(quadrantIs(b, quadrant, 1, 2), b.neg(value), value);
}

function tanOf(b: MathBuilder, { quadrant, rest }: Reduced): NodeId {
  const sine = kernelSin(b, rest);
  const cosine = kernelCos(b, rest);
  const s = fastTwoSum(b, sine.high, sine.low);
  const c = fastTwoSum(b, cosine.high, cosine.low);
  const odd = quadrantIs(b, quadrant, 1, 3);
  const above: Double = { high: b.select(odd, b.neg(c.high), s.high), low: b.select(odd, b.neg(c.low), s.low) };
  const below: Double = { high: b.select(odd, s.high, c.high), low: b.select(odd, s.low, c.low) };
  return divDouble(b, above, below).high;
}
