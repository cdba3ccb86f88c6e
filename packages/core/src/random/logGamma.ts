import { less, where } from "../trace/np/compare.js";
import { add, log, multiply, reciprocal, square, subtract } from "../trace/np/elementwise.js";
import type { Tensor } from "../trace/tensor.js";

/** B(2k) / (2k (2k - 1)), k = 1 to 7: Stirling's series, Abramowitz and Stegun 6.1.41. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156] as const;

/** The series is exact to float64 from here on. */
const large = 8;

/** Logarithm of the gamma function of float64 numbers from 1 on, elementwise. */
export function logGamma(x: Tensor): Tensor {
  const isSmall = less(x, large);
  const shifted = where(isSmall, add(x, large), x);
  const inverse = reciprocal(shifted);
  const z = square(inverse);
  const [first, second, ...rest] = [...stirling].reverse() as [number, number, ...number[]];
  const series = rest.reduce((sum, each) => add(multiply(sum, z), each), add(multiply(z, first), second));
  const main = subtract(multiply(subtract(shifted, 0.5), log(shifted)), shifted);
  const value = add(add(main, 0.5 * Math.log(2 * Math.PI)), multiply(series, inverse));
  // gamma(x + 8) = x (x + 1) ... (x + 7) gamma(x), A&S 6.1.16
  let product = where(isSmall, x, 1);
  for (let k = 1; k < large; k++) product = multiply(product, where(isSmall, add(x, k), 1));
  return subtract(value, log(product));
}
