import { mathProgram } from "./build.js";
import type { MathProgram } from "./program.js";

/**
 * Minimax coefficients of (t - atan(t)) / t^3 in z = t^2, t in [0, 7/16].
 * Source: FreeBSD msun, s_atan.c (Sun Microsystems 1993), constants aT[0] to aT[10].
 */
const atanCoefficients = [
  3.33333333333329318027e-1, -1.99999999998764832476e-1, 1.42857142725034663711e-1, -1.1111110405462355788e-1,
  9.09088713343650656196e-2, -7.69187620504482999495e-2, 6.66107313738753120669e-2, -5.83357013379057348645e-2,
  4.97687799461593236017e-2, -3.6531572744216915527e-2, 1.62858201153657823623e-2,
];

/** From `from` upwards: atan(x) = high + low + atan((x - center) / (1 + center x)). Values to 110 bits, by mpmath. */
const centers = [
  { from: 7 / 16, center: 0.5, high: 0.4636476090008061, low: 2.2698777452961687e-17 },
  { from: 11 / 16, center: 1, high: 0.7853981633974483, low: 3.061616997868383e-17 },
  { from: 19 / 16, center: 1.5, high: 0.982793723247329, low: 1.3903311031230998e-17 },
];

/** Arc tangent: the angle of one of four centers, and a polynomial of the tangent of the angle between. */
export const atan: MathProgram = mathProgram("atan", 1, (b) => {
  const x = b.abs(b.arg(0));
  const one = b.constant(1);
  let numerator = x;
  let denominator = one;
  let high = b.constant(0);
  let low = b.constant(0);
  for (const row of centers) {
    const beyond = b.le(b.constant(row.from), x);
    const center = b.constant(row.center);
    numerator = b.select(beyond, b.sub(x, center), numerator);
    denominator = b.select(beyond, b.add(one, b.mul(center, x)), denominator);
    high = b.select(beyond, b.constant(row.high), high);
    low = b.select(beyond, b.constant(row.low), low);
  }
  // The fourth center is infinity: pi/2 - atan(1/x).
  const far = b.le(b.constant(39 / 16), x);
  numerator = b.select(far, b.constant(-1), numerator);
  denominator = b.select(far, x, denominator);
  high = b.select(far, b.constant(1.5707963267948966), high);
  low = b.select(far, b.constant(6.123233995736766e-17), low);

  const t = b.div(numerator, denominator);
  const z = b.mul(t, t);
  const cubic = b.mul(t, b.mul(z, b.horner(z, atanCoefficients)));
  const result = b.sub(high, b.sub(b.sub(cubic, low), t));
  return b.copysign(result, b.arg(0));
});
